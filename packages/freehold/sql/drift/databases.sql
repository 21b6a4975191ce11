-- What differs between the databases of $1 and those of the server. $1 is a list of
-- { name, owner, connect: [role], connection_limit }; $2 names the server's own databases, which PUBLIC must not enter.
with
expected as (
  select e.name, e.owner, e.connect, e.connection_limit
  from jsonb_to_recordset($1::jsonb) as e (name text, owner text, connect text[], connection_limit integer)
),
actual as (
  select d.datname::text as name, pg_get_userbyid(d.datdba)::text as owner, d.datallowconn, d.datistemplate, d.datconnlimit,
    coalesce(d.datacl, acldefault('d', d.datdba)) as acl, d.datdba
  from pg_database d
),
grants as (
  select a.name, coalesce(r.rolname::text, 'PUBLIC') as grantee, x.privilege_type as privilege, bool_or(x.is_grantable) as is_grantable
  from actual a
  cross join lateral aclexplode(a.acl) x
  left join pg_roles r on r.oid = x.grantee
  where x.grantee <> a.datdba
  group by a.name, coalesce(r.rolname::text, 'PUBLIC'), x.privilege_type
),
drift as (
  -- Nobody may connect between the creation and the grants.
  select 0 as place, 'create' as action, format('database %s', e.name) as object, format('owned by %s', e.owner) as summary,
    format(
      'create database %I with owner %I template template0 encoding ''UTF8'' allow_connections false connection limit %s',
      e.name, e.owner, e.connection_limit
    ) as repair
  from expected e
  left join actual a on a.name = e.name
  where a.name is null

  union all
  select 1, 'alter', format('database %s', a.name), format('owner is %s and must be %s', a.owner, e.owner),
    format('alter database %I owner to %I', a.name, e.owner)
  from expected e
  join actual a on a.name = e.name
  where a.owner <> e.owner

  union all
  select 2, 'alter', format('database %s', a.name),
    format('has the connection limit %s and must have %s', a.datconnlimit, e.connection_limit),
    format('alter database %I connection limit %s', a.name, e.connection_limit)
  from expected e
  join actual a on a.name = e.name
  where a.datconnlimit <> e.connection_limit

  union all
  select 3, 'revoke', format('database %s', e.name), 'PUBLIC has CONNECT, TEMPORARY',
    format('revoke all on database %I from public', e.name)
  from expected e
  left join actual a on a.name = e.name
  where a.name is null or exists (select from grants g where g.name = e.name and g.grantee = 'PUBLIC')

  union all
  select 4, 'revoke', format('database %s', g.name), format('%s has %s', g.grantee, string_agg(g.privilege, ', ')),
    format('revoke all on database %I from %I cascade', g.name, g.grantee)
  from grants g
  join expected e on e.name = g.name
  where g.grantee <> 'PUBLIC'
    and (not g.grantee = any (e.connect) or g.privilege <> 'CONNECT' or g.is_grantable)
  group by g.name, g.grantee

  union all
  select 5, 'grant', format('database %s', e.name), format('%s may connect', c.role),
    format('grant connect on database %I to %I', e.name, c.role)
  from expected e
  cross join lateral unnest(e.connect) as c (role)
  left join actual a on a.name = e.name
  where not exists (select from grants g where g.name = e.name and g.grantee = c.role and g.privilege = 'CONNECT' and not g.is_grantable)
    -- Only what is wrong is granted anew; a role that had too much lost all of it above.
    or exists (select from grants g where g.name = e.name and g.grantee = c.role and (g.privilege <> 'CONNECT' or g.is_grantable))

  union all
  select 6, 'alter', format('database %s', e.name), 'opens for connections', format('alter database %I allow_connections true', e.name)
  from expected e
  left join actual a on a.name = e.name
  where a.name is null or not a.datallowconn

  union all
  select 7, 'alter', format('database %s', a.name), 'is a template: whoever may create databases could copy it',
    format('alter database %I is_template false', a.name)
  from expected e
  join actual a on a.name = e.name
  where a.datistemplate

  union all
  select 7, 'revoke', format('database %s', e.name), format('has the setting %s', s.setting),
    format('alter database %I reset %I', e.name, split_part(s.setting, '=', 1))
  from expected e
  join pg_database d on d.datname = e.name
  join pg_db_role_setting p on p.setdatabase = d.oid and p.setrole = 0
  cross join lateral unnest(p.setconfig) as s (setting)

  union all
  select 8, 'revoke', format('database %s', g.name), format('PUBLIC has %s', string_agg(g.privilege, ', ')),
    format('revoke all on database %I from public', g.name)
  from grants g
  where g.name = any ($2::text[]) and g.grantee = 'PUBLIC'
  group by g.name
)
select d.place, d.action, d.object, d.summary, d.repair
from drift d
order by d.place, d.object, d.summary
