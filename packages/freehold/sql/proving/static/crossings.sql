-- What hangs on something of another service, or of nobody: foreign keys, views, functions, triggers, columns, defaults,
-- children. $1 lists the services of this database { name, schema, beside: [schema] }.
with
homes as (
  select n.oid, coalesce(s.name, n.nspname::text) as home, s.name is not null as is_service
  from pg_namespace n
  left join jsonb_to_recordset($1::jsonb) as s (name text, schema text, beside text[])
    on n.nspname = s.schema or n.nspname = any (s.beside)
  where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'
),
things as (
  select 'pg_class'::regclass as classid, c.oid as objid, c.relnamespace as home from pg_class c
  union all
  select 'pg_proc'::regclass, p.oid, p.pronamespace from pg_proc p
  union all
  select 'pg_type'::regclass, t.oid, t.typnamespace from pg_type t
  union all
  select 'pg_constraint'::regclass, k.oid, k.connamespace from pg_constraint k
  union all
  select 'pg_rewrite'::regclass, r.oid, c.relnamespace from pg_rewrite r join pg_class c on c.oid = r.ev_class
  union all
  select 'pg_trigger'::regclass, t.oid, c.relnamespace from pg_trigger t join pg_class c on c.oid = t.tgrelid
  union all
  select 'pg_attrdef'::regclass, d.oid, c.relnamespace from pg_attrdef d join pg_class c on c.oid = d.adrelid
  union all
  select 'pg_policy'::regclass, p.oid, c.relnamespace from pg_policy p join pg_class c on c.oid = p.polrelid
),
crossings as (
  select d.classid, d.objid, d.refclassid, d.refobjid, a.home as one, b.home as other
  from pg_depend d
  join things t on t.classid = d.classid and t.objid = d.objid
  join homes a on a.oid = t.home
  join things u on u.classid = d.refclassid and u.objid = d.refobjid
  join homes b on b.oid = u.home
  where a.home <> b.home and (a.is_service or b.is_service)
    -- The guards of a table call Freehold's functions, and a type of an extension is nobody's data.
    and not (b.home = 'freehold' and d.refclassid = 'pg_proc'::regclass)
    and not exists (
      select from pg_depend e where e.classid = d.refclassid and e.objid = d.refobjid and e.deptype = 'e'
    )
)
select distinct pg_describe_object(c.classid, c.objid, 0) as object,
  format('hangs on %s, which is of %s', pg_describe_object(c.refclassid, c.refobjid, 0), c.other) as summary,
  format('Drop it in a migration, and ask %s by its API or its events.', c.other) as repair
from crossings c
order by object, summary
