alter table products drop constraint products_sku_key;
create index products_by_sku on products (sku);
