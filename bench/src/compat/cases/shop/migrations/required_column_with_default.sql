alter table reviews add column title text not null default '';
