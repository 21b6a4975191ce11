-- Who said last that it has the lock $2 of a service $1, and whether it is free.
select
  last.pid,
  null as application,
  null as client,
  to_char(last.started_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since,
  case when pg_try_advisory_lock($2) then pg_advisory_unlock($2) else false end as "isFree"
from (
  select pid, started_at
  from freehold.migration_runs
  where service = $1
  order by started_at desc
  limit 1
) as last
