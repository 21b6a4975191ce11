create unique index concurrently orders_id_customer on orders (id, customer_id);
