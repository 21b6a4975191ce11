-- What differs between the roles of $1 and those of the server. $1 is a list of
-- { name, login, connection_limit, settings: ["name=value"], search_path, member_of }, the last two a schema and a role or null.
with
expected as (
  select e.name, e.login, e.connection_limit, e.member_of,
    case when e.search_path is null then e.settings else e.settings || ('search_path=' || quote_ident(e.search_path)) end as settings
  from jsonb_to_recordset($1::jsonb)
    as e (name text, login boolean, connection_limit integer, settings text[], search_path text, member_of text)
),
actual as (
  select r.oid, r.rolname::text as name, r.rolcanlogin, r.rolconnlimit, r.rolinherit,
    r.rolsuper, r.rolcreatedb, r.rolcreaterole, r.rolreplication, r.rolbypassrls, r.rolvaliduntil
  from pg_roles r
),
settings as (
  select a.name, coalesce(d.datname::text, '') as database, s.setting
  from pg_db_role_setting p
  join actual a on a.oid = p.setrole
  left join pg_database d on d.oid = p.setdatabase
  cross join lateral unnest(p.setconfig) as s (setting)
),
members as (
  select
    granted.name as role,
    member.name as member,
    -- PostgreSQL 15 knows none of these options: there the member's NOINHERIT decides.
    coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, false) as inherits,
    coalesce((to_jsonb(m) ->> 'set_option')::boolean, true) as may_set,
    m.admin_option
  from pg_auth_members m
  join actual granted on granted.oid = m.roleid
  join actual member on member.oid = m.member
),
drift as (
  select 0 as place, 'create' as action, format('role %s', e.name) as object,
    case when e.login then 'log in' else 'no log in' end as summary,
    format(
      'create role %I with nosuperuser nocreatedb nocreaterole noinherit noreplication nobypassrls %s connection limit %s',
      e.name, case when e.login then 'login' else 'nologin' end, e.connection_limit
    ) as repair
  from expected e
  left join actual a on a.name = e.name
  where a.name is null

  union all
  select 1, 'alter', format('role %s', e.name), r.summary, format('alter role %I with %s', e.name, r.word)
  from expected e
  join actual a on a.name = e.name
  cross join lateral (
    values
      (a.rolsuper, 'is a superuser', 'nosuperuser'),
      (a.rolcreatedb, 'may create databases', 'nocreatedb'),
      (a.rolcreaterole, 'may create roles', 'nocreaterole'),
      (a.rolreplication, 'may replicate', 'noreplication'),
      (a.rolbypassrls, 'bypasses row level security', 'nobypassrls'),
      (a.rolinherit, 'inherits the rights of its memberships', 'noinherit'),
      (a.rolvaliduntil <> 'infinity', format('has a password that ends at %s', a.rolvaliduntil), 'valid until ''infinity'''),
      (a.rolcanlogin and not e.login, 'may log in', 'nologin'),
      (not a.rolcanlogin and e.login, 'may not log in', 'login'),
      (
        a.rolconnlimit <> e.connection_limit,
        format('has the connection limit %s and must have %s', a.rolconnlimit, e.connection_limit),
        format('connection limit %s', e.connection_limit)
      )
  ) as r (wrong, summary, word)
  where r.wrong

  union all
  select 2, 'alter', format('role %s', e.name), format('set %s', s.setting),
    format('alter role %I set %I to %s', e.name, split_part(s.setting, '=', 1),
      case split_part(s.setting, '=', 1)
        when 'search_path' then substr(s.setting, strpos(s.setting, '=') + 1)
        else quote_literal(substr(s.setting, strpos(s.setting, '=') + 1))
      end)
  from expected e
  cross join lateral unnest(e.settings) as s (setting)
  where not exists (select from settings x where x.name = e.name and x.database = '' and x.setting = s.setting)

  union all
  select 3, 'revoke', format('role %s', e.name),
    format('has the setting %s%s', x.setting, case x.database when '' then '' else format(' in database %s', x.database) end),
    format('alter role %I%s reset %I', e.name,
      case x.database when '' then '' else format(' in database %I', x.database) end, split_part(x.setting, '=', 1))
  from expected e
  join settings x on x.name = e.name
  where x.database <> ''
    or not exists (
      select
      from unnest(e.settings) as s (setting)
      where split_part(s.setting, '=', 1) = split_part(x.setting, '=', 1)
    )

  union all
  select 4, 'revoke', format('role %s', m.role), format('%s is a member of it', m.member),
    format('revoke %I from %I cascade', m.role, m.member)
  from members m
  where (exists (select from expected e where e.name = m.role) or exists (select from expected e where e.name = m.member))
    and not exists (
      select
      from expected e
      where e.name = m.member and e.member_of = m.role and not m.inherits and m.may_set and not m.admin_option
    )

  union all
  select 5, 'grant', format('role %s', e.member_of), format('%s may act as it', e.name),
    case when current_setting('server_version_num')::integer >= 160000
      then format('grant %I to %I with inherit false, set true, admin false', e.member_of, e.name)
      else format('grant %I to %I', e.member_of, e.name)
    end
  from expected e
  where e.member_of is not null
    and not exists (
      select
      from members m
      where m.member = e.name and m.role = e.member_of and not m.inherits and m.may_set and not m.admin_option
    )

  union all
  select 6, 'revoke', format('parameter %s', p.parname), format('%s has %s', e.name, string_agg(x.privilege_type, ', ')),
    format('revoke %s on parameter %s from %I cascade', string_agg(x.privilege_type, ', '), p.parname, e.name)
  from pg_parameter_acl p
  cross join lateral aclexplode(p.paracl) x
  join actual a on a.oid = x.grantee
  join expected e on e.name = a.name
  group by p.parname, e.name
)
select d.place, d.action, d.object, d.summary, d.repair
from drift d
order by d.place, d.object, d.summary
