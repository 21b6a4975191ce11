create type order_state as enum ('open', 'paid', 'shipped');
drop view open_orders;
alter table orders alter column status drop default;
alter table orders alter column status type order_state using status::text::order_state;
alter table orders alter column status set default 'open';
