-- Whether a table ($1) can be walked by a column ($2).
select
  walked.oid::regclass::text as "table",
  quote_ident(pg_attribute.attname) as "key",
  format_type(pg_attribute.atttypid, -1) as type,
  exists (
    select
    from pg_index
    where
      pg_index.indrelid = walked.oid
      and pg_index.indisunique
      and pg_index.indisvalid
      and pg_index.indpred is null
      and pg_index.indnkeyatts = 1
      and pg_index.indkey[0] = pg_attribute.attnum
  ) as "isUnique",
  coalesce(pg_attribute.attnotnull, false) as "isNotNull",
  -- A partitioned table has the rows of its partitions. Below zero, nobody has counted.
  case
    when (select min(part.reltuples) from pg_class as part where part.oid = any (leaves.oids)) >= 0
      then (select sum(part.reltuples)::bigint from pg_class as part where part.oid = any (leaves.oids))
  end as "estimatedRows"
from pg_class as walked
left join pg_attribute on
  pg_attribute.attrelid = walked.oid
  and pg_attribute.attname = $2
  and pg_attribute.attnum > 0
  and not pg_attribute.attisdropped
cross join lateral (
  select coalesce(array_agg(tree.relid::oid) filter (where tree.isleaf), array[walked.oid]) as oids
  from pg_partition_tree(walked.oid) as tree
) as leaves
where
  walked.oid = to_regclass(format('%I.%I', current_schema(), $1::text))
  and walked.relkind in ('r', 'p')
