alter table order_lines add column price_list text not null default 'usual';
alter table order_lines alter column price_list drop default;
