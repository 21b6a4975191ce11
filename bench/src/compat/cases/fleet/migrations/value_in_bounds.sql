alter table readings add constraint value_in_bounds check (value between -80 and 200);
