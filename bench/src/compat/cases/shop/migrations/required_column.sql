alter table reviews add column title text;
update reviews set title = 'Review';
alter table reviews alter column title set not null;
