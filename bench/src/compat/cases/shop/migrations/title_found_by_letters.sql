alter table products add column title_key text generated always as (lower(title)) stored;
create index products_by_title on products (title_key);
