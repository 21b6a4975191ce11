create table devices (
  id uuid primary key,
  serial text not null unique,
  model text not null,
  firmware text,
  settings json not null default '{}',
  location point,
  is_online boolean not null default false,
  seen_at timestamp
);

create table readings (
  device_id uuid not null references devices (id),
  at timestamptz not null,
  sensor text not null,
  value double precision not null,
  quality smallint,
  primary key (device_id, sensor, at)
) partition by range (at);
create table readings_2026 partition of readings for values from ('2026-01-01') to ('2027-01-01');
create table readings_rest partition of readings default;

create table alarms (
  id serial primary key,
  device_id uuid not null references devices (id) on delete cascade,
  level text not null default 'warn',
  message text,
  payload jsonb,
  raised_at timestamptz not null default now(),
  cleared_at timestamptz
);

create materialized view device_days as
select device_id, at::date as day, avg(value) as mean, count(*) as readings from readings group by device_id, at::date;

insert into devices (id, serial, model, firmware, settings, location, is_online, seen_at) values
  ('10000000-0000-4000-8000-000000000001', 'SN-1', 'T1', '1.0.0', '{"interval": 60}', '(8.5,47.4)', true, '2026-05-01 10:00:00'),
  ('10000000-0000-4000-8000-000000000002', 'SN-2', 'T2', null, '{}', null, false, null);
insert into readings (device_id, at, sensor, value, quality) values
  ('10000000-0000-4000-8000-000000000001', '2026-05-01 10:00:00+00', 'temp', 21.5, 1),
  ('10000000-0000-4000-8000-000000000001', '2026-05-01 10:01:00+00', 'temp', 21.7, null);
insert into alarms (device_id, message, payload) values ('10000000-0000-4000-8000-000000000001', 'hot', '{"limit": 20}');
refresh materialized view device_days;
