-- What this service tells the others. An event is appended in the transaction that made it true, and read only
-- once it is sealed: freehold.seal gives it its position.

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

comment on table events is 'Facts about profiles: how people call themselves now.';
