alter table reviews add column author_key text generated always as (lower(author)) stored;
create unique index reviews_once_an_author on reviews (product_id, author_key);
