-- A key of 64 bits is shown as two halves of 32.
select pid
from pg_locks
where
  locktype = 'advisory'
  and granted
  and objsubid = 1
  and database = (select oid from pg_database where datname = current_database())
  and ((classid::bigint << 32) | objid::bigint) = $1::bigint
