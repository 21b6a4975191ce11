alter table customers alter column nickname set default 'friend';
