alter table order_lines add constraint quantity_positive check (quantity > 0) not valid;
alter table order_lines validate constraint quantity_positive;
