-- Who may log in, from where they are logged in, the keys that sign their tokens, and who did what.
-- Names are unqualified: the role's search_path finds the schema of this service. Grants, triggers and
-- the owner of the log are Freehold's business, not this file's.

create table credentials (
  id uuid primary key,
  email text not null
    constraint credentials_email_length check (octet_length(email) between 3 and 254),
  email_key text not null,
  display_name text not null
    constraint credentials_display_name_length check (char_length(display_name) between 1 and 100),
  password_hash text not null
    constraint credentials_password_hash_is_argon2id check (password_hash like '$argon2id$%'),
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

comment on table credentials is 'Accounts. The id of a row is the id of the user everywhere in the system.';
comment on column credentials.email is 'The address as it was given, trimmed and NFKC-normalised.';
comment on column credentials.email_key is 'The address in lower case: two spellings of it are one account. The service folds it, because lower() folds only ASCII letters under some collations.';

create unique index credentials_email_key on credentials (email_key);

-- Catches a client that folds less than lower() does, under whatever collation this database has.
create unique index credentials_email_lower on credentials (lower(email));

create table sessions (
  id uuid primary key,
  user_id uuid not null references credentials (id),
  family_hash bytea not null
    constraint sessions_family_hash_is_sha256 check (octet_length(family_hash) = 32),
  token_hash bytea not null
    constraint sessions_token_hash_is_sha256 check (octet_length(token_hash) = 32),
  generation integer not null default 1
    constraint sessions_generation_counts_up check (generation >= 1),
  user_agent text,
  ip text,
  last_used_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_reason text,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint sessions_revoked_for_a_reason check ((revoked_at is null) = (revoked_reason is null))
);

comment on table sessions is 'Where somebody is logged in: one family of refresh tokens each.';
comment on column sessions.family_hash is 'SHA-256 of the secret that all refresh tokens of the session share: it tells an old token from a forged one.';
comment on column sessions.token_hash is 'SHA-256 of the one refresh token that is good now.';
comment on column sessions.generation is 'How many refresh tokens the session has had.';

-- The sessions of a user that were not revoked, newest first: ids are UUIDs of version 7, which sort by time.
create index sessions_by_user on sessions (user_id, id desc) where revoked_at is null;

create table signing_keys (
  id uuid primary key,
  generation integer not null
    constraint signing_keys_generation_counts_up check (generation >= 1),
  public_jwk jsonb not null,
  private_jwk_encrypted bytea not null,
  signs_from timestamptz not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

comment on table signing_keys is 'Ed25519 keys. A key signs from its signs_from until that of the next generation, and is published a while longer.';
comment on column signing_keys.id is 'The kid.';
comment on column signing_keys.private_jwk_encrypted is 'AES-256-GCM under KEY_ENCRYPTION_KEY: nonce (12 bytes), tag (16 bytes), ciphertext; the kid is authenticated with it.';

-- Of several instances that rotate at the same time, one inserts the next generation.
create unique index signing_keys_generation on signing_keys (generation);

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

comment on table audit_log is 'Who did what to accounts, sessions and keys, with the address it came from in detail.';

create index audit_log_by_entity on audit_log (entity_id, seq);

create index audit_log_by_actor on audit_log (actor, seq);
