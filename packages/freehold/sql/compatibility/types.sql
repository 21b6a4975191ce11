-- Types, with what a value of each may be.
select
  t.oid::integer as oid,
  t.typname::text as name,
  format_type(t.oid, null) as "fullName",
  t.typtype::text as kind,
  t.typcategory::text as category,
  t.typbasetype::integer as base,
  format_type(t.typbasetype, nullif(t.typtypmod, -1)) as "baseName",
  t.typelem::integer as element,
  t.typnotnull as "notNull",
  coalesce((select array_agg(e.enumlabel::text order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid), '{}') as labels,
  coalesce((select array_agg(pg_get_constraintdef(k.oid)) from pg_constraint k where k.contypid = t.oid), '{}') as checks,
  coalesce(
    (
      select array_agg(format('%s %s', a.attname, format_type(a.atttypid, a.atttypmod)) order by a.attnum)
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.oid = t.typrelid and c.relkind = 'c'
    ),
    '{}'
  ) as attributes
from pg_type t
where t.typtype in ('b', 'e', 'd', 'r', 'm', 'c')
