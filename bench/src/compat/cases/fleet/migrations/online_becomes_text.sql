alter table devices alter column is_online drop default;
alter table devices alter column is_online type text using case when is_online then 'yes' else 'no' end;
alter table devices alter column is_online set default 'no';
