-- What is sealed of the logs of this database. Run by the administrator; running it again changes nothing.
-- Only freehold.seal writes here; the services read their own rows.

do $$
begin
  -- The lives of a log: a new one begins where the database was restored, promoted or copied, because neither a
  -- snapshot nor what another service remembers need hold there.
  if to_regclass('freehold.epoch') is null then
    create table freehold.epoch (
      service text not null,
      log text not null,
      number integer not null check (number > 0),
      id uuid not null default gen_random_uuid(),
      system_identifier bigint not null,
      database_oid oid not null,
      timeline integer not null,
      first_position bigint not null check (first_position > 0),
      foreign_to bigint not null,
      snapshot pg_snapshot not null,
      started_at timestamptz not null default clock_timestamp(),
      primary key (service, log, number)
    );
    comment on table freehold.epoch is 'The lives of a log: one for each server that it was sealed on';
  end if;

  -- For databases that were provisioned when each seq was listed that came from another server.
  if exists (select from pg_attribute where attrelid = 'freehold.epoch'::regclass and attname = 'foreign_seqs') then
    alter table freehold.epoch add column foreign_to bigint;
    update freehold.epoch set foreign_to = coalesce(upper(foreign_seqs) - 1, 0);
    alter table freehold.epoch alter column foreign_to set not null, drop column foreign_seqs;
  end if;
  comment on column freehold.epoch.foreign_to is
    'The last seq of a row whose transaction id is of another server, and still to come on this one; 0 when there is none';

  if to_regclass('freehold.segment') is null then
    create table freehold.segment (
      service text not null,
      log text not null,
      number bigint not null check (number > 0),
      id uuid not null default gen_random_uuid(),
      epoch integer not null,
      first_position bigint not null check (first_position > 0),
      row_count integer not null check (row_count > 0),
      seqs int8multirange not null,
      snapshot pg_snapshot not null,
      sealed_at timestamptz not null default clock_timestamp(),
      primary key (service, log, number),
      unique (service, log, first_position)
    );
    comment on table freehold.segment is 'Which rows of a log are sealed, and at which positions';
    comment on column freehold.segment.seqs is 'Its rows, all of them there: a position is first_position + the place among these';
    comment on column freehold.segment.snapshot is 'What the sealer saw: the next segment is what is visible then and was not visible here';
  end if;

  -- Which segment has a row: seqs do not rise with the numbers of segments, where one transaction takes longer than another.
  if to_regclass('freehold.segment_by_seqs') is null then
    create index segment_by_seqs on freehold.segment using gist (seqs);
  end if;

  -- Whoever seals holds the row. No service may lock it, where anybody could hold an advisory lock for ever.
  if to_regclass('freehold.sealing') is null then
    create table freehold.sealing (
      service text not null,
      log text not null,
      starts_anew boolean not null default false,
      primary key (service, log)
    );
    comment on column freehold.sealing.starts_anew is
      'Set it after bringing in rows by hand: the next seal takes all that no segment has, in a new epoch';
  end if;
end
$$;
