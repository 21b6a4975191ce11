alter table orders add column delivered_at timestamptz;
