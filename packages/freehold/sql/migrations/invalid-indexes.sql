select format('%I.%I', pg_namespace.nspname, pg_class.relname) as index
from pg_index
join pg_class on pg_class.oid = pg_index.indexrelid
join pg_namespace on pg_namespace.oid = pg_class.relnamespace
where
  not pg_index.indisvalid
  and pg_class.relkind = 'i'
  and pg_namespace.nspname = coalesce($1, current_schema())
  and ($2::text is null or pg_class.relname = $2)
order by 1
