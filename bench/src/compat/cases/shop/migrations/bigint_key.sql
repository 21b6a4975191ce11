alter table products alter column id type bigint;
