alter table products rename column stock to in_stock;
alter table products add column stock integer not null default 0;
alter table products drop column stock;
alter table products rename column in_stock to stock;
create or replace function place_order(customer uuid, product integer, amount integer) returns uuid language plpgsql as $$
declare
  placed uuid;
begin
  insert into orders (customer_id, status, warehouse) values (customer, 'open', 1) returning id into placed;
  return placed;
end
$$;
