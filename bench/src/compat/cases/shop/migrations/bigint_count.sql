drop function order_total(uuid);
alter table order_lines alter column quantity type bigint;
create function order_total(order_id uuid) returns numeric language sql stable
return (select coalesce(sum(l.quantity * l.unit_price), 0) from order_lines l where l.order_id = order_total.order_id);
