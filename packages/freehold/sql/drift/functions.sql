-- What differs between Freehold's functions in this database and $1: a list of
-- { name, args, source, definition, secdef, settings: [name=value], executors: [role] }, settings being those that it brings along. A function that acts for its owner must belong to a superuser,
-- every other one to the platform's role $2. $3 names the writers of histories, which their tables bring.
with
expected as (
  select e.name, e.args, e.source, e.definition, e.secdef, nullif(e.settings, '{}') as settings, e.executors
  from jsonb_to_recordset($1::jsonb)
    as e (name text, args text, source text, definition text, secdef boolean, settings text[], executors text[])
),
actual as (
  select p.oid, p.proname::text as name, pg_get_function_identity_arguments(p.oid) as args, p.oid::regprocedure::text as signature, p.prosrc, p.prosecdef, p.proconfig,
    p.proowner, r.rolname::text as owner, r.rolsuper,
    coalesce(p.proacl, acldefault('f', p.proowner)) as acl
  from pg_proc p
  join pg_roles r on r.oid = p.proowner
  where p.pronamespace = to_regnamespace('freehold')
),
grants as (
  select a.name, a.signature, coalesce(r.rolname::text, 'PUBLIC') as role
  from actual a
  join expected e on e.name = a.name and e.args = a.args
  cross join lateral aclexplode(a.acl) x
  left join pg_roles r on r.oid = x.grantee
  where x.grantee <> a.proowner
),
drift as (
  select 0 as place, case when a.name is null then 'create' else 'alter' end as action,
    format('function freehold.%s', e.name) as object,
    case when a.name is null then 'is missing' else 'is not the one that this version of Freehold installs' end as summary,
    concat_ws(
      ';', e.definition,
      format('revoke execute on function freehold.%I(%s) from public', e.name, e.args),
      case when not e.secdef then format('alter function freehold.%I(%s) owner to %I', e.name, e.args, $2::text) end
    ) as repair
  from expected e
  left join actual a on a.name = e.name and a.args = e.args
  where a.name is null
    or a.prosrc <> e.source
    or a.prosecdef <> e.secdef
    or a.proconfig is distinct from e.settings

  union all
  select 1, 'alter', format('function freehold.%s', e.name), format('owner is %s and must be %s', a.owner, $2::text),
    format('alter function freehold.%I(%s) owner to %I', e.name, e.args, $2::text)
  from expected e
  join actual a on a.name = e.name and a.args = e.args
  where not e.secdef and a.owner <> $2::text

  union all
  select 2, 'alter', format('function freehold.%s', e.name), format('owner %s is not a superuser', a.owner),
    format('alter function freehold.%I(%s) owner to %I', e.name, e.args, current_user)
  from expected e
  join actual a on a.name = e.name and a.args = e.args
  where e.secdef and not a.rolsuper

  union all
  select 3, 'revoke', format('function freehold.%s', e.name), 'PUBLIC has EXECUTE',
    format('revoke execute on function freehold.%I(%s) from public', e.name, e.args)
  from expected e
  where exists (select from grants g where g.name = e.name and g.role = 'PUBLIC')

  union all
  select 4, 'revoke', format('function freehold.%s', g.name), format('%s has EXECUTE', g.role),
    format('revoke execute on function %s from %I cascade', g.signature, g.role)
  from grants g
  join expected e on e.name = g.name
  where g.role <> 'PUBLIC' and not g.role = any (e.executors)

  union all
  select 5, 'grant', format('function freehold.%s', e.name), format('%s may call it', x.role),
    format('grant execute on function freehold.%I(%s) to %I', e.name, e.args, x.role)
  from expected e
  cross join lateral unnest(e.executors) as x (role)
  where not exists (select from grants g where g.name = e.name and g.role = x.role)

  union all
  -- A function of that schema that nobody asked for could be called in place of one of Freehold's own.
  select 6, 'drop', format('function %s', a.signature), 'is none of Freehold''s', format('drop function %s', a.signature)
  from actual a
  where not exists (select from expected e where e.name = a.name and e.args = a.args)
    and not (a.name = any ($3::text[]) and a.args = '')
)
select d.place, d.action, d.object, d.summary, d.repair
from drift d
order by d.place, d.object, d.summary
