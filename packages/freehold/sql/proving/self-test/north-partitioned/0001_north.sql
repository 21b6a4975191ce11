-- What the self-test of `freehold prove` weakens: a table with a history, and logs of each kind.
create table things (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  holder uuid,
  remark text,
  personal jsonb not null default '{}',
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table thing_history (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  entity_id uuid not null,
  version integer not null,
  operation text not null,
  data jsonb not null
);

create table audit_log (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  action text not null,
  thing uuid,
  origin text
);

create table erasures (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  id uuid not null,
  step text not null,
  subject text not null,
  purpose text,
  reason text,
  detail jsonb not null default '{}'
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
) partition by range (seq);
