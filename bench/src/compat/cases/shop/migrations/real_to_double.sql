alter table products alter column rating type double precision;
