alter table customers alter column phone type varchar(20);
