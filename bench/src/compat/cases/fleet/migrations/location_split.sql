alter table devices add column longitude double precision, add column latitude double precision;
update devices set longitude = location[0], latitude = location[1];
alter table devices drop column location;
