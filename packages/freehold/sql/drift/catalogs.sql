-- Views and functions of the catalog through which one service could watch another on the same server, and which
-- PUBLIC may still use in this database.
with
views as (
  select c.oid, c.relname::text as name, c.relowner, c.relacl
  from pg_class c
  where c.relnamespace = 'pg_catalog'::regnamespace
    and c.relname in (
      'pg_stat_activity', 'pg_stat_replication', 'pg_stat_ssl', 'pg_stat_gssapi', 'pg_stat_database', 'pg_stat_database_conflicts',
      'pg_locks', 'pg_prepared_xacts', 'pg_replication_slots', 'pg_stat_replication_slots'
    )
),
functions as (
  select p.oid, p.oid::regprocedure::text as name, p.proowner, p.proacl
  from pg_proc p
  where p.pronamespace = 'pg_catalog'::regnamespace
    and (
      p.proname in (
        'pg_stat_get_activity', 'pg_stat_get_wal_senders', 'pg_lock_status', 'pg_prepared_xact', 'pg_database_size',
        'pg_get_replication_slots', 'pg_stat_get_replication_slot', 'pg_blocking_pids', 'pg_safe_snapshot_blocking_pids'
      )
      or p.proname like 'pg_stat_get_backend_%'
      or p.proname like 'pg_stat_get_db_%'
    )
)
select 0 as place, 'revoke' as action, 'catalog views about other sessions' as object,
  format('PUBLIC has SELECT on %s', string_agg(v.name, ', ' order by v.name)) as summary,
  format('revoke select on %s from public', string_agg(format('pg_catalog.%I', v.name), ', ' order by v.name)) as repair
from views v
where exists (select from aclexplode(coalesce(v.relacl, acldefault('r', v.relowner))) x where x.grantee = 0)
having count(*) > 0
union all
select 1, 'revoke', 'catalog functions about other sessions',
  format('PUBLIC has EXECUTE on %s', string_agg(f.name, ', ' order by f.name)),
  format('revoke execute on function %s from public', string_agg(format('pg_catalog.%s', f.name), ', ' order by f.name))
from functions f
where exists (select from aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) x where x.grantee = 0)
having count(*) > 0
order by place
