alter table reviews rename to product_reviews;
create view reviews as select id, product_id, author, stars, body from product_reviews;
