-- The partitions of the log $2 of the service $1, oldest first, and how far its sequence has come.
select
  c.relname::text as name,
  format('%I.%I', n.nspname, c.relname) as qualified,
  format('%I.%I', s.schema_name, t.table_name) as log,
  b.bounds[1] as from_seq,
  b.bounds[2] as to_seq,
  pg_total_relation_size(c.oid)::text as bytes,
  coalesce(pg_sequence_last_value(pg_get_serial_sequence(format('%I.%I', s.schema_name, t.table_name), 'seq')::regclass), 0)::text as drawn
from freehold.owned_table t
join freehold.service s on s.name = t.service
join pg_inherits i on i.inhparent = format('%I.%I', s.schema_name, t.table_name)::regclass
join pg_class c on c.oid = i.inhrelid
join pg_namespace n on n.oid = c.relnamespace
cross join lateral regexp_match(pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES FROM \(''(\d+)''\) TO \(''(\d+)''\)$') as b (bounds)
where t.service = $1 and t.table_name = $2
order by b.bounds[1]::bigint
