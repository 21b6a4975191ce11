alter table customers alter column credit type numeric(4, 2);
