alter table products alter column tags drop default;
alter table products alter column tags type text using array_to_string(tags, ',');
alter table products alter column tags set default '';
