alter table reviews add constraint stars_in_range check (stars between 2 and 5) not valid;
