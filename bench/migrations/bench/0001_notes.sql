create table notes (
  id uuid primary key,
  title text not null,
  body text not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table note_history (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  entity_id uuid not null,
  version integer not null,
  operation text not null,
  data jsonb not null
);

create index note_history_entity on note_history (entity_id, version);

create table audit_log (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  actor uuid,
  action text not null,
  entity_id uuid,
  version integer
);

-- What the naive contenders write to: the same row, and nothing that guards it. It is not in the manifest.
create table plain_notes (
  id uuid primary key,
  title text not null,
  body text not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

grant select, insert, update, delete on plain_notes to bench_app;
