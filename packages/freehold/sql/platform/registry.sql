create table if not exists freehold.service (
  name text primary key,
  schema_name text not null,
  owner_role text not null,
  vault_role text not null,
  migrator_role text not null,
  app_role text not null
);

create table if not exists freehold.owned_table (
  service text not null references freehold.service (name) on delete cascade,
  table_name text not null,
  mutability text not null check (mutability in ('mutable', 'immutable')),
  key_column text,
  history_table text,
  log_kind text check (log_kind in ('audit', 'events', 'history', 'witness', 'erasure')),
  -- The table that was handed to the vault, so that one that was dropped and created anew is not taken for it.
  log_relid oid,
  -- What the table is made of, when it is a projection: { of: { service: [type] }, stalenessMs }.
  projection jsonb,
  -- How many seqs a partition takes; null where the log is a plain table.
  partition_rows bigint,
  -- The seq before which all have a partition. Kept here, because the catalog takes long to ask for every seal.
  partitioned_to bigint,
  -- What of it is about a person: { subject, fields, purpose }.
  personal jsonb,
  primary key (service, table_name)
);

-- For databases that were provisioned before there were such columns.
alter table freehold.owned_table
  add column if not exists log_relid oid,
  add column if not exists projection jsonb,
  add column if not exists partition_rows bigint,
  add column if not exists partitioned_to bigint,
  add column if not exists personal jsonb;

do $$
begin
  if not exists (
    select from pg_constraint
    where conrelid = 'freehold.owned_table'::regclass and conname = 'owned_table_log_kind_check'
      and pg_get_constraintdef(oid) like '%erasure%'
  ) then
    alter table freehold.owned_table
      drop constraint if exists owned_table_log_kind_check,
      add constraint owned_table_log_kind_check check (log_kind in ('audit', 'events', 'history', 'witness', 'erasure'));
  end if;
end
$$;

-- Who may read the events of a service: the feed of the service asks here, so that the manifest decides.
create table if not exists freehold.subscription (
  service text not null references freehold.service (name) on delete cascade,
  consumer text not null,
  type text not null,
  primary key (service, consumer, type)
);

-- Which events have personal members: what is appended in plain SQL is looked at, and who may read one of a purpose gets
-- the keys of that purpose.
create table if not exists freehold.personal_event (
  service text not null references freehold.service (name) on delete cascade,
  type text not null,
  purpose text not null,
  fields text[] not null,
  primary key (service, type)
);
