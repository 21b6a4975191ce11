-- What a session ($1) has locked or waits to lock, but for the catalogs; without an oid, a wait for something else.
select
  case when pg_locks.locktype = 'relation' then pg_locks.relation::integer end as oid,
  pg_locks.mode,
  not pg_locks.granted as waits
from pg_locks
where
  pg_locks.pid = $1
  and (
    not pg_locks.granted
    or (
      pg_locks.locktype = 'relation'
      and pg_locks.database = (select oid from pg_database where datname = current_database())
      and pg_locks.relation >= 16384
    )
  )
