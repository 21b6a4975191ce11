create table shipments (
  id uuid primary key,
  order_id uuid not null references orders (id) on delete cascade,
  carrier text not null
);
