-- What this service was told of the logs of others: their signed checkpoints. Whoever makes a log anew, keys and all,
-- cannot make anew what is here.

create table witnesses (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  source text not null,
  log text not null,
  kind text not null,
  size bigint not null,
  position bigint not null,
  note text not null
);

comment on table witnesses is 'Signed checkpoints of the logs of other services, as they were told.';
comment on column witnesses.source is 'The service whose log it is.';
comment on column witnesses.kind is 'What that log is for. Of a witness log it is kept and not told on, or nobody came to rest.';
comment on column witnesses.size is 'How many segments of the log the checkpoint is of.';
comment on column witnesses.note is 'A signed note of C2SP.';

create index witnesses_by_log on witnesses (source, log, seq);
