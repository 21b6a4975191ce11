alter table coupons drop constraint coupons_pkey;
alter table coupons add column id bigint generated always as identity primary key;
create index coupons_code on coupons (code);
