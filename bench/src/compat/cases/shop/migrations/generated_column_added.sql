alter table order_lines add column amount numeric generated always as (quantity * unit_price) stored;
