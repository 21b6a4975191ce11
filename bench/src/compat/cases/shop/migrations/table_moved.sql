create schema catalog;
alter table reviews set schema catalog;
