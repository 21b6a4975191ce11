alter table orders drop column total cascade;
alter table orders add column total numeric(12, 2) generated always as (0) stored;
create view open_orders as
select o.id, o.customer_id, c.name as customer_name, o.total, o.placed_at
from orders o join customers c on c.id = o.customer_id
where o.status = 'open';
