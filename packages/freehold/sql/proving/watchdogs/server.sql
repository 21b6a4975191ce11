-- What can happen on a server that no privilege prevents, and whether it is happening. $1 names the roles of the services,
-- $2 their databases.
with
sessions as (
  select a.pid, a.datname::text as datname, a.usename::text as usename, a.state, a.xact_start, a.backend_xid, a.backend_xmin, a.wait_event_type, a.wait_event
  from pg_stat_activity a
  where a.pid <> pg_backend_pid()
),
limits as (
  select sum(case when r.rolconnlimit < 0 then 1000000 else r.rolconnlimit end) as connections
  from pg_roles r
  where r.rolname = any ($1::text[]) and r.rolcanlogin
)
select 'lock-table' as id, count(*) * 2 > current_setting('max_locks_per_transaction')::integer * current_setting('max_connections')::integer as is_happening,
  format(
    '%s locks are held, of about %s; %s of them are advisory', count(*),
    current_setting('max_locks_per_transaction')::integer * current_setting('max_connections')::integer,
    count(*) filter (where l.locktype = 'advisory')
  ) as says
from pg_locks l
union all
select 'notify', coalesce(bool_or(not l.granted), false), case when coalesce(bool_or(not l.granted), false)
  then format('%s sessions wait for it', count(*) filter (where not l.granted)) else 'nobody waits for it' end
from pg_locks l
where l.locktype = 'object' and l.database = 0 and l.classid = 'pg_database'::regclass and l.objid = 0
union all
select 'open-transaction', coalesce(max(clock_timestamp() - s.xact_start) > interval '5 minutes', false),
  case count(*)
    when 0 then 'none that writes is open'
    else format('the oldest that writes is open for %s s', round(extract(epoch from max(clock_timestamp() - s.xact_start))))
  end
from sessions s
where s.backend_xid is not null
union all
select 'old-snapshot', coalesce(max(age(s.backend_xmin)) > 1000000, false),
  case count(*) when 0 then 'no other snapshot is held' else format('the oldest snapshot is %s transactions old', max(age(s.backend_xmin))) end
from sessions s
where s.backend_xmin is not null
union all
select 'prepared', current_setting('max_prepared_transactions')::integer > 0,
  format('max_prepared_transactions is %s, and %s are there', current_setting('max_prepared_transactions'), (select count(*) from pg_prepared_xacts))
union all
select 'connections', l.connections > current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer,
  format('the limits of the roles together are %s, of %s connections', l.connections, current_setting('max_connections'))
from limits l
union all
select 'slots', count(*) filter (where not s.active) > 0, format('%s replication slots, %s of them without a reader', count(*), count(*) filter (where not s.active))
from pg_replication_slots s
union all
select 'superuser', count(*) > 1, format('those who can: %s', string_agg(r.rolname, ', ' order by r.rolname))
from pg_roles r
where r.rolsuper
  or exists (
    select
    from pg_auth_members m
    join pg_roles g on g.oid = m.roleid
    where m.member = r.oid
      and g.rolname in ('pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files', 'pg_read_all_data', 'pg_write_all_data')
      and r.rolname not like 'pg\_%'
  )
union all
select 'open-databases', count(*) > 0, coalesce('open to PUBLIC: ' || string_agg(d.datname, ', ' order by d.datname), 'there is none')
from pg_database d
where d.datallowconn and d.datname <> all ($2::text[] || array['postgres', 'template1'])
  and exists (select from aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x where x.grantee = 0 and x.privilege_type = 'CONNECT')
union all
select 'advisory', count(distinct a.usename) > 1, format('%s services hold advisory locks in a database together', count(distinct a.usename))
from pg_locks l
join sessions a on a.pid = l.pid
where l.locktype = 'advisory' and a.datname = any ($2::text[]) and a.usename = any ($1::text[])
