alter table products add column weight_grams integer;
