alter table orders alter column channel set default 'shop';
