-- Whom a session of one's own waits for. Services do not see each other's sessions on a hardened server, and their
-- statements not even here: those of the own service alone are shown.
create or replace function freehold.migration_blockers(waiting integer)
returns table (pid integer, role text, application text, state text, seconds integer, query text)
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
    a.usename::text,
    a.application_name,
    a.state,
    extract(epoch from clock_timestamp() - coalesce(a.xact_start, a.query_start, a.backend_start))::integer,
    case when a.usename in (own.owner_role, own.migrator_role, own.app_role) then left(a.query, 1000) end
  from pg_stat_activity w
  cross join lateral unnest(pg_blocking_pids(w.pid)) as b (pid)
  join pg_stat_activity a on a.pid = b.pid
  where w.pid = waiting and w.usename = session_user
  union all
  -- A transaction that was prepared has no session; which of them it is, the server does not say.
  select 0, p.owner::text, null, format('prepared as %L', p.gid), extract(epoch from clock_timestamp() - p.prepared)::integer, null
  from pg_stat_activity w
  cross join pg_prepared_xacts p
  where w.pid = waiting and w.usename = session_user and 0 = any (pg_blocking_pids(w.pid)) and p.database = current_database()
  order by 1;
end
$function$;
