create unique index reviews_once on reviews (product_id, author);
