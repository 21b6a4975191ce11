create index concurrently reviews_by_product on reviews (product_id);
