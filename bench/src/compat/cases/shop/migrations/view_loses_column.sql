drop view open_orders;
create view open_orders as
select o.id, o.customer_id, o.total, o.placed_at from orders o where o.status = 'open';
