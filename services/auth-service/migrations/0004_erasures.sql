-- Who was to be forgotten; and from where something was done, which is sealed under the key of whose account it is.

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

select freehold.add_log_column('audit_log', 'subject', 'text');

select freehold.add_log_column('audit_log', 'origin', 'jsonb');
