alter table orders alter column channel drop default;
