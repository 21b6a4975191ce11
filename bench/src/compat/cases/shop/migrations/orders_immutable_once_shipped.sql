create rule orders_stay as on delete to orders do instead nothing;
revoke delete on orders from public;
create function no_delete() returns trigger language plpgsql as $$ begin raise exception 'orders stay'; end $$;
drop rule orders_stay on orders;
create trigger no_delete before delete on orders for each row execute function no_delete();
