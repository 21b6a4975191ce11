-- Notes, every revision of them, the keys that make a POST safe to repeat, and who did what.
-- Names are unqualified: the role's search_path finds the schema of this service. Grants, triggers and
-- the owners of the logs are Freehold's business, not this file's.

create table notes (
  id uuid primary key,
  author_id uuid not null,
  title text not null
    constraint notes_title_length check (char_length(title) between 1 and 200),
  body text not null default ''
    constraint notes_body_length check (char_length(body) <= 100000),
  tags text[] not null default '{}'
    constraint notes_tags_count check (cardinality(tags) <= 20),
  deleted_at timestamptz,
  version integer not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default now()
);

comment on table notes is 'Notes. A deleted note keeps its row, with deleted_at set, so that it can be restored.';
comment on column notes.author_id is 'The profile of the author, which user-service owns: an id, not a foreign key.';
comment on column notes.deleted_at is 'When the note was deleted; null for a note that is there.';

-- The list of an author's notes, newest first: ids are UUIDs of version 7, which sort by time.
create index notes_by_author on notes (author_id, id desc) where deleted_at is null;

create index notes_by_tag on notes using gin (tags) where deleted_at is null;

-- An expression and not a generated column, because the history stores the whole row.
create index notes_by_text on notes using gin (to_tsvector('simple', title || ' ' || body)) where deleted_at is null;

create table note_history (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  entity_id uuid not null,
  version integer not null,
  operation text not null,
  data jsonb not null
);

comment on table note_history is 'Every revision of every note, written by the database when a note changes.';

create index note_history_by_entity on note_history (entity_id, seq);

create table idempotency_keys (
  id text primary key,
  request_digest text not null,
  note_id uuid not null,
  expires_at timestamptz not null,
  version integer not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default now()
);

comment on table idempotency_keys is 'Which note an Idempotency-Key made, for as long as a repetition is recognised.';
comment on column idempotency_keys.id is 'A digest of the author and of the key they sent.';
comment on column idempotency_keys.request_digest is 'A digest of what was asked for: the same key with another request is refused.';

create index idempotency_keys_by_expiry on idempotency_keys (expires_at);

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

comment on table audit_log is 'Who did what to which note, in the statement that did it.';
