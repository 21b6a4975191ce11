alter table coupons rename to vouchers;
alter table vouchers rename column percent to discount_percent;
create view coupons as select code, discount_percent as percent, valid_until, used_by from vouchers;
