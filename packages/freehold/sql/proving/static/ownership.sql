-- What in a service's schema belongs to somebody else, and what its roles own elsewhere in this database. $1 lists the
-- services { name, schema, owner, vault, migrator, app, beside: [schema] }, $2 the platform's role.
with
services as (
  select s.name, s.schema, s.owner, s.vault, s.migrator, s.app, s.beside
  from jsonb_to_recordset($1::jsonb)
    as s (name text, schema text, owner text, vault text, migrator text, app text, beside text[])
),
things as (
  select c.oid::regclass::text as name, c.relnamespace as home, c.relowner as owner, 'pg_class'::regclass as classid, c.oid
  from pg_class c
  where c.relkind <> 't' and c.relkind not in ('i', 'I')
  union all
  select p.oid::regprocedure::text, p.pronamespace, p.proowner, 'pg_proc'::regclass, p.oid from pg_proc p
  union all
  select t.oid::regtype::text, t.typnamespace, t.typowner, 'pg_type'::regclass, t.oid
  from pg_type t
  where t.typrelid = 0 and t.typelem = 0
),
owned as (
  select t.name, n.nspname::text as schema, pg_get_userbyid(t.owner)::text as owner
  from things t
  join pg_namespace n on n.oid = t.home
  where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
    and not exists (select from pg_depend d where d.classid = t.classid and d.objid = t.oid and d.deptype = 'e')
)
select o.name as object, format('is in the schema of %s and belongs to %s', s.name, o.owner) as summary,
  format('As an administrator: give it to %s, or drop it.', s.owner) as repair
from owned o
join services s on s.schema = o.schema or o.schema = any (s.beside)
where o.owner not in (s.owner, s.vault)
union all
select o.name, format('belongs to %s and is in the schema %s', o.owner, o.schema),
  format('As an administrator: move it to the schema %s, or drop it.', s.schema)
from owned o
join services s on o.owner in (s.owner, s.vault, s.migrator, s.app)
where o.schema <> s.schema and not o.schema = any (s.beside)
  and not (o.schema = 'freehold' and o.owner = s.vault and o.name like 'freehold.%history()')
union all
select format('a large object of %s', pg_get_userbyid(m.lomowner)),
  format('%s has %s', coalesce(r.rolname::text, 'PUBLIC'), x.privilege_type),
  format('revoke %s on large object %s from %s', x.privilege_type, m.oid, coalesce(quote_ident(r.rolname), 'public'))
from pg_largeobject_metadata m
cross join lateral aclexplode(m.lomacl) x
left join pg_roles r on r.oid = x.grantee
where x.grantee <> m.lomowner
order by object, summary
