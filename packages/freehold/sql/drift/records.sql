-- What differs between Freehold's records in this database and $1: a list of { name, writers: [role], columns: [column],
-- updates: [column], deletes }; the writers read the whole row, insert and update those columns, and delete where it says
-- so. $2 is the platform's role, which owns them. Services can share a database: a policy shows each the rows of its own
-- name. The current role decides and not the session's, so that a function of one service cannot speak for the migrator
-- who calls it.
with
expected as (
  select e.name, e.writers, e.columns, e.updates, coalesce(e.deletes, false) as deletes
  from jsonb_to_recordset($1::jsonb) as e (name text, writers text[], columns text[], updates text[], deletes boolean)
),
actual as (
  select c.oid, c.relname::text as name, c.relowner, pg_get_userbyid(c.relowner)::text as owner, c.relacl, c.relrowsecurity
  from pg_class c
  where c.relnamespace = to_regnamespace('freehold') and c.relkind = 'r'
),
expected_grants as (
  select e.name, null::text as column_name, w.role, 'SELECT' as privilege
  from expected e
  cross join lateral unnest(e.writers) as w (role)
  union all
  select e.name, c.column_name, w.role, 'INSERT'
  from expected e
  cross join lateral unnest(e.writers) as w (role)
  cross join lateral unnest(e.columns) as c (column_name)
  union all
  select e.name, u.column_name, w.role, 'UPDATE'
  from expected e
  cross join lateral unnest(e.writers) as w (role)
  cross join lateral unnest(e.updates) as u (column_name)
  union all
  select e.name, null, w.role, 'DELETE'
  from expected e
  cross join lateral unnest(e.writers) as w (role)
  where e.deletes
),
actual_grants as (
  select a.name, null::text as column_name, coalesce(r.rolname::text, 'PUBLIC') as role, x.privilege_type as privilege
  from actual a
  cross join lateral aclexplode(a.relacl) x
  left join pg_roles r on r.oid = x.grantee
  where x.grantee <> a.relowner
  union all
  select a.name, t.attname::text, coalesce(r.rolname::text, 'PUBLIC'), x.privilege_type
  from actual a
  join pg_attribute t on t.attrelid = a.oid and t.attnum > 0 and not t.attisdropped
  cross join lateral aclexplode(t.attacl) x
  left join pg_roles r on r.oid = x.grantee
  where x.grantee <> a.relowner
),
seen as (
  select e.name,
    cardinality(coalesce(e.columns, '{}') || coalesce(e.updates, '{}')) = 0 and not e.deletes as is_read_only,
    (
      select array_agg(k.suffix order by k.suffix)
      from (values ('_app'), ('_owner')) as k (suffix)
      where exists (select from unnest(e.writers) as w (role) where right(w.role, length(k.suffix)) = k.suffix)
    ) as suffixes
  from expected e
  where cardinality(e.writers) > 0
),
expected_policies as (
  select s.name,
    case when s.is_read_only then 'r' else '*' end as command,
    case when cardinality(s.suffixes) = 1 then format('(CURRENT_USER = %s)', w.names)
      else format('(CURRENT_USER = ANY (ARRAY[%s]))', w.names) end as condition
  from seen s
  cross join lateral (
    select string_agg(format('(service || %L::text)', x.suffix), ', ' order by x.suffix) as names
    from unnest(s.suffixes) as x (suffix)
  ) w
),
actual_policies as (
  select a.name, p.polcmd as command, p.polpermissive and p.polroles = '{0}' as is_for_all,
    pg_get_expr(p.polqual, p.polrelid) as condition,
    pg_get_expr(p.polwithcheck, p.polrelid) as condition_of_new
  from actual a
  join pg_policy p on p.polrelid = a.oid and p.polname = 'own_service'
),
drift as (
  select 0 as place, 'alter' as action, format('table freehold.%s', a.name) as object,
    format('owner is %s and must be %s', a.owner, $2::text) as summary,
    format('alter table freehold.%I owner to %I', a.name, $2::text) as repair
  from expected e
  join actual a on a.name = e.name
  where a.owner <> $2::text

  union all
  select 1, 'revoke', format('table freehold.%s', g.name),
    format('%s has %s%s', g.role, g.privilege, ' on ' || string_agg(g.column_name, ', ')),
    format('revoke %s%s on table freehold.%I from %s cascade', g.privilege,
      coalesce(' (' || string_agg(quote_ident(g.column_name), ', ') || ')', ''), g.name, case g.role when 'PUBLIC' then 'public' else quote_ident(g.role) end)
  from actual_grants g
  join expected e on e.name = g.name
  where not exists (
    select from expected_grants x
    where x.name = g.name and x.role = g.role and x.privilege = g.privilege and x.column_name is not distinct from g.column_name
  )
  group by g.name, g.role, g.privilege, g.column_name is null

  union all
  select 2, 'grant', format('table freehold.%s', x.name),
    format('%s may %s', x.role, x.privilege),
    format('grant %s%s on table freehold.%I to %I', x.privilege,
      coalesce(' (' || string_agg(quote_ident(x.column_name), ', ') || ')', ''), x.name, x.role)
  from expected_grants x
  where not exists (
    select from actual_grants g
    where g.name = x.name and g.role = x.role and g.privilege = x.privilege and g.column_name is not distinct from x.column_name
  )
  group by x.name, x.role, x.privilege

  union all
  select 3, 'alter', format('table freehold.%s', a.name), 'row level security is off',
    format('alter table freehold.%I enable row level security', a.name)
  from expected e
  join actual a on a.name = e.name
  where cardinality(e.writers) > 0 and not a.relrowsecurity

  union all
  select 4, 'alter', format('table freehold.%s', e.name),
    case when p.name is null then 'policy own_service is missing' else 'policy own_service is not as it should be' end,
    format('drop policy if exists own_service on freehold.%I; create policy own_service on freehold.%I %s', e.name, e.name,
      case e.command when 'r' then format('for select using (%s)', e.condition)
        else format('using (%s) with check (%s)', e.condition, e.condition) end)
  from expected_policies e
  join actual a on a.name = e.name
  left join actual_policies p on p.name = e.name
  where (p.command::text, p.is_for_all, p.condition, p.condition_of_new) is distinct from
    (e.command, true, e.condition, case when e.command = '*' then e.condition end)
)
select d.place, d.action, d.object, d.summary, d.repair
from drift d
order by d.place, d.object, d.summary
