alter table coupons add constraint percent_small check (percent <= 20) not valid;
