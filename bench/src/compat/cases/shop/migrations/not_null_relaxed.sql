alter table customers alter column name drop not null;
