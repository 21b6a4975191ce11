alter table coupons add constraint coupons_used_by foreign key (used_by) references customers (id) not valid;
