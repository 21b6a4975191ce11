alter table devices add column level integer;
