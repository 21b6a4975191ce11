alter table products alter column id set generated always;
