create table sensors (name text primary key);
insert into sensors (name) select distinct sensor from readings;
alter table readings add constraint readings_sensor foreign key (sensor) references sensors (name);
