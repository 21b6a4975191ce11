drop view open_orders;
alter table orders alter column placed_at type date;
create view open_orders as
select o.id, o.customer_id, c.name as customer_name, o.total, o.placed_at
from orders o join customers c on c.id = o.customer_id
where o.status = 'open';
