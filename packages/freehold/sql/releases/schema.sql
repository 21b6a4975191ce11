-- What is in the schema $1, as one document: the search_path must be that schema, so that its own names are short. In the
-- order of names, columns in their own. Left out is what follows from the manifest (owners, grants, guards), what comes
-- and goes by itself (partitions of logs), and what an extension brings.
--
-- Constraints that say NOT NULL are left out too: since PostgreSQL 18 they are there beside the column's own mark.
with
own as (
  select c.oid, c.relname::text as name, c.relkind, c.relpersistence
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f', 'c') and not c.relispartition
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
),
columns as (
  select a.attrelid,
    json_agg(
      json_strip_nulls(json_build_object(
        'name', a.attname,
        'type', format_type(a.atttypid, a.atttypmod),
        'notNull', nullif(a.attnotnull, false),
        'default', case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end,
        'generated', case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end,
        'identity', case a.attidentity when 'a' then 'always' when 'd' then 'by default' end,
        'collation', (
          select l.collname
          from pg_collation l
          join pg_type t on t.oid = a.atttypid
          where l.oid = a.attcollation and l.oid <> t.typcollation
        )
      ))
      order by a.attnum
    ) as list
  from pg_attribute a
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attrelid in (select o.oid from own o) and a.attnum > 0 and not a.attisdropped
  group by a.attrelid
),
constraints as (
  select k.conrelid,
    json_agg(
      json_strip_nulls(json_build_object(
        'name', k.conname,
        'definition', pg_get_constraintdef(k.oid, true),
        'isNotValid', nullif(not k.convalidated, false)
      ))
      order by k.conname
    ) as list
  from pg_constraint k
  where k.conrelid in (select o.oid from own o) and k.contype <> 'n'
  group by k.conrelid
),
indexes as (
  select i.indrelid,
    json_agg(
      json_strip_nulls(json_build_object(
        'name', c.relname,
        'definition', pg_get_indexdef(i.indexrelid, 0, true),
        'isInvalid', nullif(not i.indisvalid, false)
      ))
      order by c.relname
    ) as list
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  where i.indrelid in (select o.oid from own o) and c.relname not like '%\_freehold\_%'
    and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.conrelid = i.indrelid)
  group by i.indrelid
),
triggers as (
  select t.tgrelid,
    json_agg(
      json_strip_nulls(json_build_object(
        'name', t.tgname,
        'definition', pg_get_triggerdef(t.oid, true),
        'isDisabled', nullif(t.tgenabled = 'D', false)
      ))
      order by t.tgname
    ) as list
  from pg_trigger t
  join pg_proc p on p.oid = t.tgfoid
  where t.tgrelid in (select o.oid from own o) and not t.tgisinternal and p.pronamespace <> 'freehold'::regnamespace
  group by t.tgrelid
)
select json_build_object(
  'tables', coalesce((
    select json_agg(
      json_strip_nulls(json_build_object(
        'name', o.name,
        'kind', case o.relkind
          when 'r' then case o.relpersistence when 'u' then 'unlogged table' else 'table' end
          when 'p' then 'partitioned table'
          when 'v' then 'view'
          when 'm' then 'materialized view'
          when 'f' then 'foreign table'
        end,
        'columns', coalesce(c.list, '[]'::json),
        'partitionBy', case when o.relkind = 'p' then pg_get_partkeydef(o.oid) end,
        'constraints', k.list,
        'indexes', i.list,
        'triggers', t.list,
        'definition', case when o.relkind in ('v', 'm') then pg_get_viewdef(o.oid, true) end
      ))
      order by o.name
    )
    from own o
    left join columns c on c.attrelid = o.oid
    left join constraints k on k.conrelid = o.oid
    left join indexes i on i.indrelid = o.oid
    left join triggers t on t.tgrelid = o.oid
    where o.relkind <> 'c'
  ), '[]'::json),
  'types', coalesce((
    select json_agg(
      json_strip_nulls(json_build_object(
        'name', t.typname,
        'kind', case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'c' then 'composite' when 'r' then 'range' end,
        'labels', (select json_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid),
        'base', case t.typtype when 'd' then format_type(t.typbasetype, t.typtypmod) end,
        'notNull', nullif(t.typnotnull, false),
        'default', t.typdefault,
        'constraints', (
          select json_agg(json_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid, true)) order by k.conname)
          from pg_constraint k
          where k.contypid = t.oid and k.contype <> 'n'
        ),
        'columns', (select c.list from columns c where c.attrelid = t.typrelid)
      ))
      order by t.typname
    )
    from pg_type t
    join pg_namespace n on n.oid = t.typnamespace
    where n.nspname = $1
      and (t.typtype in ('e', 'd', 'r') or exists (select from own o where o.oid = t.typrelid and o.relkind = 'c'))
      and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
  ), '[]'::json),
  'sequences', coalesce((
    select json_agg(
      json_build_object(
        'name', c.relname, 'type', format_type(s.seqtypid, null), 'start', s.seqstart::text, 'increment', s.seqincrement::text
      )
      order by c.relname
    )
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join pg_sequence s on s.seqrelid = c.oid
    where n.nspname = $1
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('i', 'e'))
  ), '[]'::json),
  'functions', coalesce((
    select json_agg(
      json_build_object(
        'name', format('%s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)),
        'definition', pg_get_functiondef(p.oid)
      )
      order by p.proname, pg_get_function_identity_arguments(p.oid)
    )
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = $1 and p.prokind in ('f', 'p')
      and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
  ), '[]'::json)
) as content
