alter function mark_paid(bigint) security invoker;
revoke update on invoices from app;
grant update (meta, issued_on, state, id, number) on invoices to app;
