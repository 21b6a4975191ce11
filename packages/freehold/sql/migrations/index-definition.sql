-- What makes an index what it is, but for its name and its table's: $1 is its schema, the current one when null.
select
  pg_index.indisvalid as valid,
  jsonb_build_object(
    'unique', pg_index.indisunique,
    'nulls_not_distinct', pg_index.indnullsnotdistinct,
    'method', pg_class.relam,
    'columns', (
      select jsonb_agg(pg_get_indexdef(pg_index.indexrelid, place, false) order by place)
      from generate_series(1, pg_index.indnatts) as place
    ),
    'keys', pg_index.indnkeyatts,
    'classes', pg_index.indclass::text,
    'collations', pg_index.indcollation::text,
    'options', pg_index.indoption::text,
    'where', pg_get_expr(pg_index.indpred, pg_index.indrelid),
    'with', pg_class.reloptions,
    'tablespace', pg_class.reltablespace
  )::text as definition,
  pg_index.indrelid = to_regclass(format('%I.%I', coalesce($3, current_schema()), $4::text)) as "isOnTable"
from pg_index
join pg_class on pg_class.oid = pg_index.indexrelid
where pg_index.indexrelid = to_regclass(format('%I.%I', coalesce($1, current_schema()), $2::text))
