-- Profiles, every revision of them, and who did what.
-- Names are unqualified: the role's search_path finds the schema of this service. Grants, triggers and
-- the owners of the logs are Freehold's business, not this file's.

create table profiles (
  id uuid primary key,
  display_name text not null
    constraint profiles_display_name_length check (char_length(display_name) between 1 and 100),
  bio text not null default ''
    constraint profiles_bio_length check (char_length(bio) <= 1000),
  avatar_url text
    constraint profiles_avatar_url_length check (char_length(avatar_url) <= 2048),
  version integer not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default now()
);

comment on table profiles is 'What people say of themselves. A profile comes into being when its owner first looks at it.';
comment on column profiles.id is 'The id of the person, which auth-service gives: an id, not a foreign key.';

create table profile_history (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  entity_id uuid not null,
  version integer not null,
  operation text not null,
  data jsonb not null
);

comment on table profile_history is 'Every revision of every profile, written by the database when a profile changes.';

create index profile_history_by_entity on profile_history (entity_id, seq);

create table audit_log (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  actor uuid,
  action text not null,
  entity text,
  entity_id uuid,
  version integer,
  request_id text,
  detail jsonb not null default '{}'
);

comment on table audit_log is 'Who did what to which profile, in the statement that did it.';
