update alarms set message = '' where message is null;
alter table alarms alter column message set not null;
