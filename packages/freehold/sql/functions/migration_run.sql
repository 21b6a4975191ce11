-- The run that holds the lock of a service, by the key of that lock. Services do not see each other's sessions on a hardened
-- server; of a session that is not of the own service, no more than its process is shown.
create or replace function freehold.migration_run(lock_key bigint)
returns table (pid integer, application text, client text, since timestamptz)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  own constant freehold.service := freehold.service_of_session();
begin
  return query
  select
    a.pid,
    case when a.usename = own.migrator_role then a.application_name end,
    case when a.usename = own.migrator_role then host(a.client_addr) end,
    coalesce(
      (
        select max(r.started_at)
        from freehold.migration_runs r
        where r.service = own.name and r.pid = a.pid and r.started_at >= a.backend_start
      ),
      a.backend_start
    )
  from pg_locks l
  join pg_stat_activity a on a.pid = l.pid
  -- A key of 64 bits is shown as two halves of 32.
  where l.locktype = 'advisory' and l.granted and l.objsubid = 1
    and l.database = (select d.oid from pg_database d where d.datname = current_database())
    and ((l.classid::bigint << 32) | l.objid::bigint) = lock_key;
end
$function$;
