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

comment on table events is 'Facts about notes: written, revised, deleted, restored.';

create table authors (
  id uuid primary key,
  display_name text not null,
  avatar_url text,
  profile_version integer not null,
  version integer not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default now()
);

comment on table authors is 'A projection of user-service''s profiles, made from its events: the names that notes are shown with.';
comment on column authors.profile_version is 'The version of the profile that this row shows.';
