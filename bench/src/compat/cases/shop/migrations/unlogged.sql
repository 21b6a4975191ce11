alter table reviews set (fillfactor = 80);
alter table order_lines cluster on order_lines_pkey;
