-- What differs between the schemas, default privileges and languages of a database and what $1 asks for. $1 is a list
-- of { name, schema, owner, vault, migrator, app, beside: [schema] }, one for each service of this database; $2 is the platform's role.
-- beside are the schemas for builds of its projections: only Freehold's functions create tables there.
-- The platform owns the schemas, because a schema's owner may drop any table in it, the vault's logs included.
with
services as (
  select s.name, s.schema, s.owner, s.vault, s.migrator, s.app, s.beside
  from jsonb_to_recordset($1::jsonb)
    as s (name text, schema text, owner text, vault text, migrator text, app text, beside text[])
),
expected as (
  select 'freehold' as name
  union all
  select s.schema from services s
  union all
  select unnest(s.beside) from services s
),
expected_grants as (
  select 'freehold' as name, r.role, 'USAGE' as privilege
  from services s
  cross join lateral (values (s.owner), (s.vault), (s.migrator), (s.app)) as r (role)
  union all
  select s.schema, r.role, r.privilege
  from services s
  cross join lateral (
    values (s.owner, 'USAGE'), (s.owner, 'CREATE'), (s.vault, 'USAGE'), (s.app, 'USAGE')
  ) as r (role, privilege)
  union all
  select b.name, r.role, 'USAGE'
  from services s
  cross join lateral unnest(s.beside) as b (name)
  cross join lateral (values (s.owner), (s.app)) as r (role)
),
actual as (
  select n.oid, n.nspname::text as name, n.nspowner, pg_get_userbyid(n.nspowner)::text as owner,
    coalesce(n.nspacl, acldefault('n', n.nspowner)) as acl
  from pg_namespace n
  where n.nspname = 'public' or n.nspname in (select e.name from expected e)
),
actual_grants as (
  select a.name, coalesce(r.rolname::text, 'PUBLIC') as role, x.privilege_type as privilege, bool_or(x.is_grantable) as is_grantable
  from actual a
  cross join lateral aclexplode(a.acl) x
  left join pg_roles r on r.oid = x.grantee
  where x.grantee <> a.nspowner
  group by a.name, coalesce(r.rolname::text, 'PUBLIC'), x.privilege_type
),
default_privileges as (
  select
    d.oid,
    d.defaclrole,
    pg_get_userbyid(d.defaclrole)::text as creator,
    n.nspname::text as schema,
    d.defaclobjtype,
    case d.defaclobjtype
      when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' when 'n' then 'schemas' when 'L' then 'large objects'
    end as objects,
    d.defaclacl
  from pg_default_acl d
  left join pg_namespace n on n.oid = d.defaclnamespace
  where d.defaclobjtype in ('r', 'S', 'f', 'T', 'n', 'L')
),
widened as (
  select p.creator, p.schema, p.objects, coalesce(r.rolname::text, 'PUBLIC') as grantee, x.privilege_type as privilege
  from default_privileges p
  cross join lateral aclexplode(p.defaclacl) x
  left join pg_roles r on r.oid = x.grantee
  where x.grantee <> p.defaclrole
),
drift as (
  select 0 as place, 'create' as action, format('schema %s', e.name) as object, format('owned by %s', $2::text) as summary,
    format('create schema %I authorization %I', e.name, $2::text) as repair
  from expected e
  left join actual a on a.name = e.name
  where a.name is null

  union all
  select 1, 'alter', format('schema %s', a.name), format('owner is %s and must be %s', a.owner, $2::text),
    format('alter schema %I owner to %I', a.name, $2::text)
  from expected e
  join actual a on a.name = e.name
  where a.owner <> $2::text

  union all
  select 1, 'alter', format('schema %s', n.nspname), format('owner is %s and must be %s', r.role, $2::text),
    format('alter schema %I owner to %I', n.nspname, $2::text)
  from pg_namespace n
  join (select distinct g.role from expected_grants g) r on r.role = pg_get_userbyid(n.nspowner)
  where not exists (select from expected e where e.name = n.nspname)

  union all
  select 2, 'revoke', format('schema %s', g.name), format('%s has %s', g.role, string_agg(g.privilege, ', ')),
    format('revoke %s on schema %I from %s cascade', string_agg(g.privilege, ', '), g.name,
      case g.role when 'PUBLIC' then 'public' else quote_ident(g.role) end)
  from actual_grants g
  where not exists (select from expected_grants e where e.name = g.name and e.role = g.role and e.privilege = g.privilege)
    and (g.name <> 'public' or g.role = 'PUBLIC' or g.role in (select r.role from expected_grants r))
  group by g.name, g.role

  union all
  select 3, 'revoke', format('schema %s', g.name), format('%s may pass on %s', g.role, string_agg(g.privilege, ', ')),
    format('revoke grant option for %s on schema %I from %I cascade', string_agg(g.privilege, ', '), g.name, g.role)
  from actual_grants g
  join expected_grants e on e.name = g.name and e.role = g.role and e.privilege = g.privilege
  where g.is_grantable
  group by g.name, g.role

  union all
  select 4, 'grant', format('schema %s', e.name), format('%s has %s', e.role, string_agg(e.privilege, ', ')),
    format('grant %s on schema %I to %I', string_agg(e.privilege, ', '), e.name, e.role)
  from expected_grants e
  where not exists (select from actual_grants g where g.name = e.name and g.role = e.role and g.privilege = e.privilege)
  group by e.name, e.role

  union all
  select 6, 'revoke', format('default privileges of %s', w.creator),
    format('%s gets %s on new %s%s', w.grantee, string_agg(w.privilege, ', '), w.objects,
      case when w.schema is null then '' else format(' in schema %s', w.schema) end),
    format('alter default privileges for role %I%s revoke %s on %s from %s', w.creator,
      case when w.schema is null then '' else format(' in schema %I', w.schema) end,
      string_agg(w.privilege, ', '), w.objects, case w.grantee when 'PUBLIC' then 'public' else quote_ident(w.grantee) end)
  from widened w
  where not exists (select from services s where s.owner = w.creator)
  group by w.creator, w.schema, w.objects, w.grantee

  union all
  select 7, 'revoke', format('language %s', l.lanname), 'PUBLIC has USAGE', format('revoke usage on language %I from public', l.lanname)
  from pg_language l
  where l.lanpltrusted
    and exists (select from aclexplode(coalesce(l.lanacl, acldefault('l', l.lanowner))) x where x.grantee = 0)

  union all
  select 8, 'grant', format('language %s', spoken.language), format('%s has USAGE', s.owner),
    format('grant usage on language %I to %I', spoken.language, s.owner)
  from services s
  cross join lateral unnest(array['plpgsql', 'sql']) as spoken (language)
  where not exists (
    select
    from pg_language l
    cross join lateral aclexplode(l.lanacl) x
    where l.lanname = spoken.language and x.privilege_type = 'USAGE' and pg_get_userbyid(x.grantee) = s.owner
  )
)
select d.place, d.action, d.object, d.summary, d.repair
from drift d
order by d.place, d.object, d.summary
