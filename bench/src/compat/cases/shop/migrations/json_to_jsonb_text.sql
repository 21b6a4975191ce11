alter table products alter column attributes drop default;
alter table products alter column attributes type text using attributes::text;
alter table products alter column attributes set default '{}';
