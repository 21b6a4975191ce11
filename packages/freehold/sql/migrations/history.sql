-- The records of the migration runner. Run by the administrator in every database, in the schema
-- freehold; running it again changes nothing. The grants, per service, are in history-objects.ts.

do $$
begin
  if to_regclass('freehold.migrations') is null then
    create table freehold.migrations (
      service text not null,
      number integer not null check (number > 0),
      name text not null,
      checksum bytea not null check (octet_length(checksum) = 32),
      applied_at timestamptz not null default clock_timestamp(),
      duration_ms integer not null check (duration_ms >= 0),
      tool_version text not null,
      server_version integer not null,
      primary key (service, number)
    );
    comment on table freehold.migrations is 'Migrations that are applied, whole, per service';
  end if;

  -- Who held the lock of a service, since a hardened server shows that to nobody.
  if to_regclass('freehold.migration_runs') is null then
    create table freehold.migration_runs (
      service text not null,
      started_at timestamptz not null default clock_timestamp(),
      pid integer not null default pg_backend_pid(),
      tool_version text not null,
      primary key (service, started_at, pid)
    );
    comment on table freehold.migration_runs is 'Runs that had something to do, by the server process that did it';
  end if;

  -- What is done of a file that cannot run in a transaction, statement by statement.
  if to_regclass('freehold.migration_steps') is null then
    create table freehold.migration_steps (
      service text not null,
      number integer not null check (number > 0),
      step integer not null check (step > 0),
      checksum bytea not null check (octet_length(checksum) = 32),
      finished_at timestamptz not null default clock_timestamp(),
      primary key (service, number, step)
    );
    comment on table freehold.migration_steps is 'Statements that are done of migrations without a transaction';
  end if;

  -- Which file a number was begun with, where nothing but its name tells it from another. Only added to: the last one counts.
  if to_regclass('freehold.migration_starts') is null then
    create table freehold.migration_starts (
      entry bigint generated always as identity primary key,
      service text not null,
      number integer not null check (number > 0),
      name text not null,
      checksum bytea not null check (octet_length(checksum) = 32),
      contracts text,
      contracted_because text,
      started_at timestamptz not null default clock_timestamp(),
      tool_version text not null
    );
    create index migration_starts_by_number on freehold.migration_starts (service, number, entry);
    comment on table freehold.migration_starts is 'Files that runs began to apply statement by statement';
    comment on column freehold.migration_starts.contracts is 'What it takes away, and was found to be unused when it began';
  end if;

  -- What was begun outside a transaction, where a crash leaves open whether it was done. Only added to.
  if to_regclass('freehold.migration_journal') is null then
    create table freehold.migration_journal (
      entry bigint generated always as identity primary key,
      service text not null,
      number integer not null check (number > 0),
      step integer not null check (step > 0),
      checksum bytea not null check (octet_length(checksum) = 32),
      event text not null default 'begun' check (event in ('begun', 'failed', 'again')),
      at timestamptz not null default clock_timestamp(),
      pid integer not null default pg_backend_pid(),
      tool_version text not null
    );
    create index migration_journal_by_step on freehold.migration_journal (service, number, step, entry);
    comment on table freehold.migration_journal is 'Attempts of statements that run outside a transaction';
  end if;

  -- How far a backfill is. A batch moves it on in its own transaction.
  if to_regclass('freehold.migration_backfills') is null then
    create table freehold.migration_backfills (
      service text not null,
      number integer not null check (number > 0),
      step integer not null check (step > 0),
      checksum bytea not null check (octet_length(checksum) = 32),
      until_key text,
      estimated_rows bigint,
      last_key text,
      rows_done bigint not null default 0,
      rows_changed bigint not null default 0,
      batches integer not null default 0,
      started_at timestamptz not null default clock_timestamp(),
      updated_at timestamptz not null default clock_timestamp(),
      primary key (service, number, step)
    );
    comment on table freehold.migration_backfills is 'How far the backfills of migrations are';
  end if;

  -- What a migration said of itself: where it is on a path, which versions may run after it, and what it took away.
  if to_regclass('freehold.migration_directives') is null then
    create table freehold.migration_directives (
      service text not null,
      number integer not null check (number > 0),
      phase text check (phase in ('expand', 'backfill', 'switch', 'contract')),
      path text,
      compatible_with text,
      contracts text,
      unused_for interval,
      contracted_because text,
      recorded_at timestamptz not null default clock_timestamp(),
      primary key (service, number)
    );
    comment on table freehold.migration_directives is 'What applied migrations say of themselves in lines "-- freehold: …"';
    comment on column freehold.migration_directives.contracted_because is 'Why it did not wait until the old shape was unused';
  end if;
end
$$;
