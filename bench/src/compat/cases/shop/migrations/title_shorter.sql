alter table products alter column title type varchar(8) using left(title, 8);
