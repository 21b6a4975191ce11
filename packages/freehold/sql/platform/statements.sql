-- Which versions of the services run, and which statements each of them sends. Run by the administrator; running it again
-- changes nothing. Services write by freehold.note_statements only; owners and migrators read the rows of their own.

do $$
begin
  if to_regclass('freehold.service_versions') is null then
    create table freehold.service_versions (
      service text not null,
      version text not null,
      first_seen_at timestamptz not null default clock_timestamp(),
      last_seen_at timestamptz not null default clock_timestamp(),
      unrecorded bigint not null default 0 check (unrecorded >= 0),
      primary key (service, version)
    );
    comment on table freehold.service_versions is 'The versions of a service that have run on this database';
    comment on column freehold.service_versions.last_seen_at is 'Moved each minute while a process of that version runs';
    comment on column freehold.service_versions.unrecorded is 'How many texts there was no room for: with any, what was recorded is not the whole';
  end if;

  if to_regclass('freehold.statement_uses') is null then
    -- Rows stay few and are updated all the time: with room in their page, no update touches the index.
    create table freehold.statement_uses (
      service text not null,
      version text not null,
      digest bytea not null,
      text text not null,
      is_cut boolean not null,
      parameter_kinds text[] not null,
      sent_from text,
      is_named boolean not null,
      first_sent_at timestamptz not null default clock_timestamp(),
      last_sent_at timestamptz not null default clock_timestamp(),
      calls bigint not null check (calls >= 0),
      primary key (service, version, digest)
    ) with (fillfactor = 70);
    comment on table freehold.statement_uses is 'The distinct statements that each version of a service sends; values of parameters are never here';
    comment on column freehold.statement_uses.digest is 'SHA-256 of the whole text in UTF-8';
    comment on column freehold.statement_uses.is_cut is 'The text is longer than the 10000 characters that are here';
    comment on column freehold.statement_uses.parameter_kinds is 'As JavaScript had them: string, number, bigint, boolean, date, bytes, array, json, null; several of one parameter are joined by |';
    comment on column freehold.statement_uses.last_sent_at is 'Up to a minute late, never early';
  end if;
end
$$;
