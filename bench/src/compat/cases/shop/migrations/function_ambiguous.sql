create function order_total(order_id uuid, discount numeric default 0) returns numeric language sql stable
return (select coalesce(sum(l.quantity * l.unit_price), 0) - discount from order_lines l where l.order_id = order_total.order_id);
