revoke update on customers from app;
grant update (name, nickname, email) on customers to app;
