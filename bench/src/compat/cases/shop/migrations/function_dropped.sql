drop function order_total(uuid);
