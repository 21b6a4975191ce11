comment on table orders is 'What customers asked for';
alter table orders alter column customer_id set statistics 500;
analyze orders;
