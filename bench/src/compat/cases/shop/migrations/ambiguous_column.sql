alter table orders add column name text;
