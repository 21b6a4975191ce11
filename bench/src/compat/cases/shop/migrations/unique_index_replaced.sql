create unique index concurrently products_sku_new on products (sku);
alter table products drop constraint products_sku_key;
alter table products add constraint products_sku_key unique using index products_sku_new;
