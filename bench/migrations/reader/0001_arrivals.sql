-- What a consumer writes for each event: the effect that must happen once. It is not in the manifest, so that every
-- contender can write it.
create table arrivals (
  seq bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  id uuid not null,
  type text not null,
  key text not null,
  data jsonb not null
);

create table cursors (
  consumer text primary key,
  position bigint not null,
  segment uuid,
  epoch uuid
);

grant select, insert, truncate on arrivals to reader_app;
grant select, insert, update on cursors to reader_app;
