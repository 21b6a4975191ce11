-- What was put into a database from outside and could open it: $1 lists the services { name, schema, owner, vault,
-- migrator, app } of this database, $2 the names of the functions of the schema freehold.
with
services as (
  select s.name, s.schema, s.owner, s.vault, s.migrator, s.app
  from jsonb_to_recordset($1::jsonb) as s (name text, schema text, owner text, vault text, migrator text, app text)
),
roles as (
  select r.role
  from services s
  cross join lateral (values (s.owner), (s.vault), (s.migrator), (s.app)) as r (role)
),
drift as (
  select 0 as place, 'revoke' as action, format('catalog %s', c.relname) as object,
    format('%s has %s', r.role, string_agg(x.privilege_type, ', ')) as summary,
    format('revoke %s on pg_catalog.%I from %I cascade', string_agg(x.privilege_type, ', '), c.relname, r.role) as repair
  from pg_class c
  cross join lateral aclexplode(c.relacl) x
  join roles r on r.role = pg_get_userbyid(x.grantee)
  where c.relnamespace = 'pg_catalog'::regnamespace and x.grantee <> 0
  group by c.relname, r.role

  union all
  select 1, 'revoke', format('function pg_catalog.%s', p.oid::regprocedure), format('%s has EXECUTE', r.role),
    format('revoke execute on function pg_catalog.%s from %I cascade', p.oid::regprocedure, r.role)
  from pg_proc p
  cross join lateral aclexplode(p.proacl) x
  join roles r on r.role = pg_get_userbyid(x.grantee)
  where p.pronamespace = 'pg_catalog'::regnamespace and x.grantee <> 0

  union all
  select 2, 'drop', format('cast (%s as %s)', format_type(c.castsource, null), format_type(c.casttarget, null)),
    'would run with the rights of the vault when a history is written',
    format('drop cast (%s as %s)', format_type(c.castsource, null), format_type(c.casttarget, null))
  from pg_cast c
  where c.oid >= 16384
    and not exists (select from pg_depend d where d.classid = 'pg_cast'::regclass and d.objid = c.oid and d.deptype = 'e')

  union all
  select 3, 'drop', format('table freehold.%s', c.relname), format('has a trigger "%s"', t.tgname),
    format('drop trigger %I on freehold.%I', t.tgname, c.relname)
  from pg_trigger t
  join pg_class c on c.oid = t.tgrelid and c.relnamespace = to_regnamespace('freehold')
  where not t.tgisinternal

  union all
  select 4, 'drop', format('table freehold.%s', c.relname), format('has a policy "%s"', p.polname),
    format('drop policy %I on freehold.%I', p.polname, c.relname)
  from pg_policy p
  join pg_class c on c.oid = p.polrelid and c.relnamespace = to_regnamespace('freehold')
  where p.polname <> 'own_service'

  union all
  select 5, 'problem', format('function %s', p.oid::regprocedure), format('belongs to %s, so whoever calls it may act as the vault', s.vault), null
  from pg_proc p
  join services s on s.vault = pg_get_userbyid(p.proowner)
  where not (p.pronamespace = to_regnamespace('freehold') and p.proname = any ($2::text[]))

  union all
  select 6, 'problem', format('extension %s', e.extname), 'lets the service reach other databases, or files of the server', null
  from pg_extension e
  where e.extname in ('dblink', 'postgres_fdw', 'file_fdw', 'adminpack')
)
select d.place, d.action, d.object, d.summary, d.repair
from drift d
order by d.place, d.object, d.summary
