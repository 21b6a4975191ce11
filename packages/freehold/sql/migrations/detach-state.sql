-- Whether a partition ($3, $4) still belongs to its table ($1, $2), and the statement that ends a detachment.
select
  case
    when pg_inherits.inhrelid is null then 'detached'
    when pg_inherits.inhdetachpending then 'pending'
    else 'attached'
  end as state,
  format('alter table %s detach partition %s finalize', parent.oid::regclass, part.oid::regclass) as finalize
from pg_class as parent
cross join pg_class as part
left join pg_inherits on pg_inherits.inhparent = parent.oid and pg_inherits.inhrelid = part.oid
where
  parent.oid = to_regclass(format('%I.%I', coalesce($1, current_schema()), $2::text))
  and part.oid = to_regclass(format('%I.%I', coalesce($3, current_schema()), $4::text))
