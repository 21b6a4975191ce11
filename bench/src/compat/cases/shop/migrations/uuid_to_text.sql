alter table coupons alter column used_by type text;
