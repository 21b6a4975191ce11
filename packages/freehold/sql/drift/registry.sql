-- What differs between what this database remembers of the manifest and the manifest. $1 lists the services of this
-- database { name, schema_name, owner_role, vault_role, migrator_role, app_role }, $2 their tables
-- { service, table_name, mutability, key_column, history_table, log_kind, projection, partition_rows, personal }, $3 who reads
-- their events { service, consumer, type }, $4 which of their events have personal members { service, type, purpose, fields }.
with
expected_services as (
  select s.name, s.schema_name, s.owner_role, s.vault_role, s.migrator_role, s.app_role
  from jsonb_to_recordset($1::jsonb)
    as s (name text, schema_name text, owner_role text, vault_role text, migrator_role text, app_role text)
),
expected_tables as (
  select t.service, t.table_name, t.mutability, t.key_column, t.history_table, t.log_kind, t.projection, t.partition_rows, t.personal
  from jsonb_to_recordset($2::jsonb)
    as t (
      service text, table_name text, mutability text, key_column text, history_table text, log_kind text, projection jsonb,
      partition_rows bigint, personal jsonb
    )
),
expected_subscriptions as (
  select s.service, s.consumer, s.type
  from jsonb_to_recordset($3::jsonb) as s (service text, consumer text, type text)
),
expected_personal as (
  select p.service, p.type, p.purpose, p.fields
  from jsonb_to_recordset($4::jsonb) as p (service text, type text, purpose text, fields text[])
),
drift as (
  select 0 as place, case when a.name is null then 'create' else 'alter' end as action,
    format('manifest record of %s', e.name) as object, 'the service and its roles' as summary,
    format(
      'insert into freehold.service (name, schema_name, owner_role, vault_role, migrator_role, app_role) values (%L, %L, %L, %L, %L, %L)'
        ' on conflict (name) do update set schema_name = excluded.schema_name, owner_role = excluded.owner_role,'
        ' vault_role = excluded.vault_role, migrator_role = excluded.migrator_role, app_role = excluded.app_role',
      e.name, e.schema_name, e.owner_role, e.vault_role, e.migrator_role, e.app_role
    ) as repair
  from expected_services e
  left join freehold.service a on a.name = e.name
  where a.name is null or (a.name, a.schema_name, a.owner_role, a.vault_role, a.migrator_role, a.app_role) is distinct from
    (e.name, e.schema_name, e.owner_role, e.vault_role, e.migrator_role, e.app_role)

  union all
  select 1, case when a.table_name is null then 'create' else 'alter' end,
    format('manifest record of %s.%s', e.service, e.table_name),
    e.mutability || case
      when e.log_kind is not null then format(', %s', e.log_kind)
      when e.history_table is not null then format(', history in %s', e.history_table)
      when e.projection is not null then ', projection'
      else '' end || coalesce(', in partitions of ' || e.partition_rows, '')
      || coalesce(', personal: ' || (select string_agg(f.name, ', ') from jsonb_array_elements_text(e.personal -> 'fields') as f (name)), ''),
    format(
      'insert into freehold.owned_table'
        ' (service, table_name, mutability, key_column, history_table, log_kind, projection, partition_rows, personal)'
        ' values (%L, %L, %L, %L, %L, %L, %L, %L, %L)'
        ' on conflict (service, table_name) do update set mutability = excluded.mutability, key_column = excluded.key_column,'
        ' history_table = excluded.history_table, log_kind = excluded.log_kind, projection = excluded.projection,'
        ' partition_rows = excluded.partition_rows, personal = excluded.personal',
      e.service, e.table_name, e.mutability, e.key_column, e.history_table, e.log_kind, e.projection, e.partition_rows,
      e.personal
    )
  from expected_tables e
  left join freehold.owned_table a on a.service = e.service and a.table_name = e.table_name
  where a.table_name is null
    or (a.mutability, a.key_column, a.history_table, a.log_kind, a.projection, a.partition_rows, a.personal) is distinct from
      (e.mutability, e.key_column, e.history_table, e.log_kind, e.projection, e.partition_rows, e.personal)

  union all
  select 2, 'drop', format('manifest record of %s.%s', a.service, a.table_name), 'is not in the manifest any more',
    format('delete from freehold.owned_table where service = %L and table_name = %L', a.service, a.table_name)
  from freehold.owned_table a
  where not exists (select from expected_tables e where e.service = a.service and e.table_name = a.table_name)

  union all
  select 2, 'create', format('manifest record of %s', e.service), format('%s may read %s', e.consumer, e.type),
    format('insert into freehold.subscription (service, consumer, type) values (%L, %L, %L)', e.service, e.consumer, e.type)
  from expected_subscriptions e
  where not exists (
    select from freehold.subscription a where a.service = e.service and a.consumer = e.consumer and a.type = e.type
  )

  union all
  select 2, 'drop', format('manifest record of %s', a.service), format('%s may not read %s any more', a.consumer, a.type),
    format('delete from freehold.subscription where service = %L and consumer = %L and type = %L', a.service, a.consumer, a.type)
  from freehold.subscription a
  where not exists (
    select from expected_subscriptions e where e.service = a.service and e.consumer = a.consumer and e.type = a.type
  )

  union all
  select 2, case when a.type is null then 'create' else 'alter' end, format('manifest record of %s', e.service),
    format('of %s, %s are personal, for the purpose %s', e.type, array_to_string(e.fields, ', '), e.purpose),
    format(
      'insert into freehold.personal_event (service, type, purpose, fields) values (%L, %L, %L, %L)'
        ' on conflict (service, type) do update set purpose = excluded.purpose, fields = excluded.fields',
      e.service, e.type, e.purpose, e.fields
    )
  from expected_personal e
  left join freehold.personal_event a on a.service = e.service and a.type = e.type
  where a.type is null or (a.purpose, a.fields) is distinct from (e.purpose, e.fields)

  union all
  select 2, 'drop', format('manifest record of %s', a.service), format('nothing of %s is personal any more', a.type),
    format('delete from freehold.personal_event where service = %L and type = %L', a.service, a.type)
  from freehold.personal_event a
  where not exists (select from expected_personal e where e.service = a.service and e.type = a.type)

  union all
  select 3, 'drop', format('manifest record of %s', a.name), 'is not in the manifest any more',
    format('delete from freehold.service where name = %L', a.name)
  from freehold.service a
  where not exists (select from expected_services e where e.name = a.name)
)
select d.place, d.action, d.object, d.summary, d.repair
from drift d
order by d.place, d.object
