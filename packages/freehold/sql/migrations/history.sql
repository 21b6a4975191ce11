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
    alter table freehold.migrations owner to freehold_platform;
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
    alter table freehold.migration_runs owner to freehold_platform;
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
    alter table freehold.migration_steps owner to freehold_platform;
  end if;
end
$$;
