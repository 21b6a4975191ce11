revoke delete on orders from app;
