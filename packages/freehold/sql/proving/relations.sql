-- The tables of the schemas $1 as attacks need them: what a row of one must have, its sequence, its partitions.
select n.nspname::text as schema, c.relname::text as name, format('%I.%I', n.nspname, c.relname) as qualified,
  (
    select coalesce(
      json_agg(
        json_build_object(
          'name', a.attname, 'type', format_type(a.atttypid, null),
          'sealed', case when o.personal -> 'fields' ? a.attname::text then
            case when o.mutability = 'immutable' then 'itself' when o.history_table is not null then 'beside' end end,
          'needed', a.attnotnull and not a.atthasdef and a.attidentity = '' and a.attgenerated = ''
        ) order by a.attnum
      ),
      '[]'
    )
    from pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  ) as columns,
  (
    select format('%I.%I', sn.nspname, s.relname)
    from pg_depend d
    join pg_class s on s.oid = d.objid and s.relkind = 'S'
    join pg_namespace sn on sn.oid = s.relnamespace
    where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid and d.deptype in ('i', 'a')
    limit 1
  ) as sequence,
  array(
    select format('%I.%I', pn.nspname, p.relname)
    from pg_inherits i
    join pg_class p on p.oid = i.inhrelid
    join pg_namespace pn on pn.oid = p.relnamespace
    where i.inhparent = c.oid and c.relkind = 'p'
    order by p.relname
  ) as partitions,
  -- A seq that has a partition and that no row will have for long.
  case c.relkind
    when 'p' then (select o.partitioned_to - 1 from freehold.owned_table o where o.log_relid = c.oid)
    else -1
  end as free_seq
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
left join freehold.service s on s.schema_name = n.nspname
left join freehold.owned_table o on o.service = s.name and o.table_name = c.relname
where n.nspname = any ($1::text[]) and c.relkind in ('r', 'p') and not c.relispartition
order by n.nspname, c.relname
