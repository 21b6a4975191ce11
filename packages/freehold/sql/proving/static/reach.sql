-- What roles of the services own, or may do, in databases that are not theirs, anywhere on this server. $1 lists the roles
-- { role, databases: [database] }.
with
roles as (
  select e.role, e.databases, r.oid
  from jsonb_to_recordset($1::jsonb) as e (role text, databases text[])
  join pg_roles r on r.rolname = e.role
),
found as (
  select r.role, r.databases, d.deptype,
    coalesce(
      inside.datname,
      case when d.classid = 'pg_database'::regclass then (select b.datname from pg_database b where b.oid = d.objid) end
    )::text as database,
    case
      when d.classid = 'pg_database'::regclass then 'the database itself'
      when d.dbid = 0 then 'something of the whole server'
      else format('%s of its objects', count(*) over (partition by r.role, d.dbid, d.deptype))
    end as what
  from roles r
  join pg_shdepend d on d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid and d.deptype in ('o', 'a', 'r')
  left join pg_database inside on inside.oid = d.dbid
)
select distinct format('role %s', f.role) as object,
  format('%s %s in %s', case f.deptype when 'o' then 'owns' else 'has rights on' end, f.what, coalesce(f.database, 'the server')) as summary,
  format('As an administrator, in %s: revoke what it has, or reassign owned by %I to somebody else.', coalesce(f.database, 'any database'), f.role) as repair
from found f
where f.database is null or not f.database = any (f.databases)
order by object, summary
