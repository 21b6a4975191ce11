alter table reviews alter column body drop not null;
alter table reviews alter column body set not null;
