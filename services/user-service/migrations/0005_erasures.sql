-- Who was to be forgotten; and what of a profile its history keeps, sealed under the key of the person.

create table erasures (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  id uuid not null,
  step text not null,
  subject text not null,
  purpose text,
  reason text,
  detail jsonb not null default '{}'
);

comment on table erasures is 'Who was to be forgotten, and what was done. It names nobody but by an id that is theirs no more.';

create index erasures_by_id on erasures (id);

create index erasures_by_subject on erasures (subject);

alter table profiles add column personal jsonb not null default '{}';

comment on column profiles.personal is 'The personal columns as the history keeps them: sealed. The plain ones go when the person goes.';
