-- What table $2 of schema $1 is like, as far as it concerns the columns $3 of it.
with
chosen as (
  select c.oid as relid
  from pg_class c
  where c.relnamespace = $1::regnamespace and c.relname = $2 and c.relkind in ('r', 'p')
),
touched as (
  select a.attrelid as relid, a.attnum
  from chosen t
  join pg_attribute a on a.attrelid = t.relid and a.attnum > 0 and not a.attisdropped
  where a.attname = any ($3::text[])
),
-- Column by column, what would go with it, or keep it from going. Its own default, checks and indexes are not strangers.
dependents as (
  select distinct pg_describe_object(d.classid, d.objid, d.objsubid) as description
  from touched c
  join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = c.relid and d.refobjsubid = c.attnum
  where
    not (d.classid = 'pg_class'::regclass and exists (select from pg_index i where i.indexrelid = d.objid and i.indrelid = c.relid))
    and not (d.classid = 'pg_attrdef'::regclass and exists (
      select from pg_attrdef f where f.oid = d.objid and f.adrelid = c.relid and f.adnum = c.attnum
    ))
    and not (d.classid = 'pg_constraint'::regclass and exists (select from pg_constraint k where k.oid = d.objid and k.conrelid = c.relid))
    and not (d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i'))
)
select
  (
    select json_agg(
      json_build_object(
        'name', a.attname,
        'type', format_type(a.atttypid, a.atttypmod),
        'isNotNull', a.attnotnull,
        'default', case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end,
        'isGenerated', a.attidentity <> '' or a.attgenerated <> '',
        'hasEquality', to_regoperator(format('=(%1$s,%1$s)', a.atttypid::regtype)) is not null
          or y.typtype in ('e', 'r', 'm', 'd') or y.typelem <> 0 or y.typcategory = 'S'
      )
      order by a.attnum
    )
    from chosen t
    join pg_attribute a on a.attrelid = t.relid and a.attnum > 0 and not a.attisdropped
    join pg_type y on y.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  ) as columns,
  coalesce(
    (
      select json_agg(
        json_build_object(
          'name', k.conname, 'type', k.contype, 'definition', pg_get_constraintdef(k.oid, true), 'columns', cardinality(k.conkey)
        )
        order by k.conname
      )
      from chosen t
      join pg_constraint k on k.conrelid = t.relid and k.contype in ('c', 'f', 'x', 'p', 'u')
      where exists (select from touched c where c.attnum = any (k.conkey))
    ),
    '[]'
  ) as constraints,
  coalesce(
    (
      select json_agg(json_build_object('name', x.relname, 'definition', pg_get_indexdef(i.indexrelid, 0, true)) order by x.relname)
      from chosen t
      join pg_index i on i.indrelid = t.relid and not i.indisprimary and not i.indisexclusion
      join pg_class x on x.oid = i.indexrelid
      where exists (
        select
        from touched c
        join pg_depend d
          on d.classid = 'pg_class'::regclass and d.objid = i.indexrelid and d.refobjid = c.relid and d.refobjsubid = c.attnum
        union all
        select from touched c where c.attnum = any (i.indkey)
      )
    ),
    '[]'
  ) as indexes,
  coalesce((select json_agg(d.description order by d.description) from dependents d), '[]') as dependents,
  coalesce(
    (
      select json_agg(format('%s (%s)', k.conrelid::regclass, k.conname) order by k.conname)
      from chosen t
      join pg_constraint k on k.confrelid = t.relid and k.contype = 'f'
      where exists (select from touched c where c.attnum = any (k.confkey)) or cardinality($3::text[]) = 0
    ),
    '[]'
  ) as referrers
