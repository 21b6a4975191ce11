-- Tables of the manifest that are gone from the schema of service $1, and tables in it that no manifest declares. A
-- statement cannot mend either: what is gone was data, and whose the other is, only a person can say.
with
service as (
  select s.name, s.schema_name
  from freehold.service s
  where s.name = $1
),
present as (
  select s.name as service, s.schema_name, c.relname::text as table_name
  from service s
  join pg_namespace n on n.nspname = s.schema_name
  join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'f') and not c.relispartition
)
select format('%s.%s', s.schema_name, t.table_name) as object,
  'is declared and does not exist, although migrations are applied: a migration must create it, or it was dropped' as summary,
  null as repair
from service s
join freehold.owned_table t on t.service = s.name
where exists (select from freehold.migrations m where m.service = s.name)
  and not exists (
    select
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = s.schema_name and c.relname = t.table_name
  )
union all
select format('%s.%s', p.schema_name, p.table_name),
  'is declared by nobody: add it to the ownership.ts of the service, or drop it in a migration', null
from present p
where not exists (select from freehold.owned_table t where t.service = p.service and t.table_name = p.table_name)
union all
select format('%s.%s', n.nspname, c.relname),
  'is a build of no projection that the manifest has: discard it before the projection becomes another table, or drop it', null
from service s
join pg_namespace n on n.nspname in (s.schema_name || '_rebuild', s.schema_name || '_retired')
  and not exists (select from freehold.service o where o.schema_name = n.nspname)
join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'f')
where not exists (
  select
  from freehold.projection_build b
  join freehold.owned_table t on t.service = b.service and t.table_name = b.projection and t.projection is not null
  where b.service = s.name and b.projection = c.relname
    and b.state = case n.nspname when s.schema_name || '_rebuild' then 'building' else 'retired' end
)
order by object
