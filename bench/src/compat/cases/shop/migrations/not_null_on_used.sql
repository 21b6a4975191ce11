update customers set phone = '' where phone is null;
alter table customers alter column phone set not null;
