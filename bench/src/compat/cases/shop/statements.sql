-- values ["00000000-0000-4000-8000-000000000001"]
select id, email, name, nickname, phone, credit, created_at from customers where id = $1;
-- values ["ADA@example.com"]
select id, name from customers where lower(email::text) = lower($1);
-- values ["00000000-0000-4000-8000-000000000003", "eve@example.com", "Eve"]
insert into customers (id, email, name) values ($1, $2, $3) returning id, created_at;
-- values ["00000000-0000-4000-8000-000000000001", "Countess of Lovelace", "+44 20 7946 0000 extension 12"]
update customers set nickname = $2, phone = $3 where id = $1;
-- values ["00000000-0000-4000-8000-000000000002"]
update customers set nickname = null where id = $1 returning *;
-- values ["00000000-0000-4000-8000-000000000004", "ada@example.com", "Ada again"]
insert into customers (id, email, name) values ($1, $2, $3) on conflict ((lower(email::text))) do update set name = excluded.name;
-- values ["-5.50", "00000000-0000-4000-8000-000000000002"]
update customers set credit = credit + $1 where id = $2 returning credit;
-- values ["CHAIR-1"]
select id, title, price, stock, tags, attributes, rating, is_active from products where sku = $1;
-- values ["furniture", 10]
select * from products where $1 = any(tags) and is_active order by title limit $2;
-- values ["LAMP-1", "Lamp", "19.90", 5, ["light"]]
insert into products (sku, title, price, stock, tags) values ($1, $2, $3, $4, $5) returning id;
-- values [1, 1]
update products set stock = stock - $2 where id = $1 and stock >= $2 returning stock;
-- values [{"color": "blue"}, 1]
update products set attributes = attributes || $1 where id = $2;
-- values ["red"]
select id, attributes ->> 'weight' as weight from products where attributes ->> 'color' = $1;
-- values [null, 2]
update products set rating = $1 where id = $2;
-- values ["CHAIR-1", "Chair, black", "59.90"]
insert into products (sku, title, price) values ($1, $2, $3) on conflict (sku) do update set title = excluded.title, price = excluded.price returning id, price;
-- values ["00000000-0000-4000-8000-000000000001", 20]
select o.id, o.status, o.placed_at, o.total, name from orders o join customers c on c.id = o.customer_id where o.customer_id = $1 order by o.placed_at desc limit $2;
-- values ["00000000-0000-4000-8000-000000000001", "call before"]
insert into orders (customer_id, note) values ($1, $2) returning id, status;
-- values ["00000000-0000-4000-8000-000000000001", "app"]
insert into orders (customer_id, channel) values ($1, $2);
-- values ["shipped", "00000000-0000-4000-8000-0000000000a1"]
update orders set status = $1 where id = $2;
-- values ["00000000-0000-4000-8000-0000000000a2"]
update orders set status = 'cancelled' where id = $1 and status <> 'shipped';
select status, count(*) as orders, sum(total) as total from orders group by status order by status;
-- values ["00000000-0000-4000-8000-0000000000a1"]
delete from orders where id = $1;
-- values ["00000000-0000-4000-8000-0000000000a1", 2, 2, 3, "199.00"]
insert into order_lines (order_id, line, product_id, quantity, unit_price) values ($1, $2, $3, $4, $5);
-- values ["00000000-0000-4000-8000-0000000000a1"]
select l.line, p.title, l.quantity, l.unit_price from order_lines l join products p on p.id = l.product_id where l.order_id = $1 order by l.line;
-- values ["00000000-0000-4000-8000-0000000000a1"]
select order_total($1) as total;
-- values ["00000000-0000-4000-8000-000000000001", 1, 2]
select place_order($1, $2, $3) as id;
select id, customer_name, total from open_orders order by placed_at;
-- values ["spring-2"]
insert into coupons (code, percent) values ($1, 25);
-- values ["SPRING"]
select code, percent, valid_until from coupons where code = $1;
-- values ["00000000-0000-4000-8000-0000000000ff", "SPRING"]
update coupons set used_by = $1 where code = $2;
-- values [1, "Eve", 1, "Too hard, too red, and much too expensive for what it is"]
insert into reviews (product_id, author, stars, body) values ($1, $2, $3, $4) returning id;
-- values [1, "Ada", 4]
insert into reviews (product_id, author, stars) values ($1, $2, $3);
-- values [1]
select id, author, stars, body from reviews where product_id = $1 order by id desc;
-- values ["2026-01-01"]
select date_trunc('day', placed_at) as day, count(*) as orders from orders where placed_at >= $1 group by 1 order by 1;
-- values [1]
delete from products where id = $1 and not exists (select from order_lines where product_id = $1) and not exists (select from reviews where product_id = $1);
-- named
-- values [1]
select id, sku, title from products where id = $1;
