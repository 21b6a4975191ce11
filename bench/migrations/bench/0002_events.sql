-- An entity without history, so that nothing but the event is written beside it.
create table pages (
  id uuid primary key,
  title text not null,
  body text not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table events (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  id uuid not null,
  type text not null,
  key text not null,
  data jsonb not null,
  correlation_id text,
  causation_id text,
  traceparent text
);

-- The usual outbox, of those who write it by hand. It is not in the manifest.
create table outbox (
  seq bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  id uuid not null,
  type text not null,
  key text not null,
  data jsonb not null
);

grant select, insert, delete on outbox to bench_app;
