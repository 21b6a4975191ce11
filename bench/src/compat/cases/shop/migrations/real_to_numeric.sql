alter table products alter column rating type numeric;
