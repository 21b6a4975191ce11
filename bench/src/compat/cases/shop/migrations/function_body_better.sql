create or replace function place_order(customer uuid, product integer, amount integer) returns uuid language plpgsql as $$
declare
  placed uuid;
begin
  insert into orders (customer_id, status, total)
  select customer, 'open', p.price * amount from products p where p.id = product
  returning id into placed;
  insert into order_lines (order_id, line, product_id, quantity, unit_price)
  select placed, 1, p.id, amount, p.price from products p where p.id = product;
  update products set stock = stock - amount where id = product;
  return placed;
end
$$;
