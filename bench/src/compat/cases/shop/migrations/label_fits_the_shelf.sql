alter table products add column label text generated always as (sku || ' ' || title) stored;
alter table products add constraint products_label check (length(label) <= 15) not valid;
