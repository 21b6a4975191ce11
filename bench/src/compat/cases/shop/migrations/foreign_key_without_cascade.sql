alter table order_lines drop constraint order_lines_order_id_fkey;
alter table order_lines add constraint order_lines_order_id_fkey foreign key (order_id) references orders (id);
