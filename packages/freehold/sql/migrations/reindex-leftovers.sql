-- Copies that a REINDEX CONCURRENTLY left which did not end: of an index or a table ($2) in a schema ($1), with the
-- partitions below it, or of the whole schema when $2 is null.
with
target as (
  select coalesce($1, current_schema())::text as schema, to_regclass(format('%I.%I', coalesce($1, current_schema()), $2::text)) as relation
),
tables as (
  select coalesce(pg_index.indrelid, target.relation) as relation
  from target
  left join pg_index on pg_index.indexrelid = target.relation
  where $2::text is not null
),
concerned as (
  select tree.relid as relation
  from tables
  cross join lateral pg_partition_tree(tables.relation) as tree
  union
  select relation from tables
)
select format('%I.%I', pg_namespace.nspname, pg_class.relname) as index
from pg_index
join pg_class on pg_class.oid = pg_index.indexrelid
join pg_namespace on pg_namespace.oid = pg_class.relnamespace
cross join target
where
  not pg_index.indisvalid
  and pg_class.relkind = 'i'
  and pg_class.relname ~ '_cc(?:new|old)\d*$'
  and pg_namespace.nspname = target.schema
  and ($2::text is null or pg_index.indrelid in (select relation from concerned))
order by 1
