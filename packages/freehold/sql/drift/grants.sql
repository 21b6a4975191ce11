-- What the services of $1 have granted to others, or let others pass on: a list of { name, schema, owner, vault, migrator, app }.
-- $2 are the tables that manifests declare, whose grants are another question. What no manifest names is the team's own affair,
-- but it opens to nobody outside the service. freehold.withdraw_grants asks this text, so that what a migration loses and what a
-- plan shows cannot disagree.
with
services as (
  select s.name, s.schema, s.owner, s.vault, s.migrator, s.app
  from jsonb_to_recordset($1::jsonb)
    as s (name text, schema text, owner text, vault text, migrator text, app text)
),
-- The name as a plan shows it, and as a REVOKE needs it.
objects as (
  select s.name as service, format('function %s', p.oid::regprocedure) as object, format('routine %s', p.oid::regprocedure) as target,
    null::name as column_name, coalesce(p.proacl, acldefault('f', p.proowner)) as acl, p.proowner as owner
  from services s
  join pg_namespace n on n.nspname = s.schema
  join pg_proc p on p.pronamespace = n.oid

  union all
  select s.name, format('%s.%s', n.nspname, c.relname),
    format('%s%I.%I', case c.relkind when 'S' then 'sequence ' else '' end, n.nspname, c.relname), g.column_name, g.acl, c.relowner
  from services s
  join pg_namespace n on n.nspname = s.schema
  join pg_class c on c.relnamespace = n.oid and c.relname <> all ($2::text[])
  cross join lateral (
    select null::name as column_name, c.relacl as acl
    union all
    select a.attname, a.attacl
    from pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attacl is not null
  ) g

  union all
  select s.name, format('type %s', t.oid::regtype), format('type %s', t.oid::regtype), null, t.typacl, t.typowner
  from services s
  join pg_namespace n on n.nspname = s.schema
  join pg_type t on t.typnamespace = n.oid
),
grants as (
  select o.object, o.target, o.column_name, x.privilege_type as privilege, x.is_grantable,
    coalesce(r.rolname::text, 'PUBLIC') as grantee, coalesce(quote_ident(r.rolname), 'public') as written,
    coalesce(r.rolname::text, 'PUBLIC') not in (s.owner, s.app, s.migrator, s.vault) as is_stranger
  from objects o
  join services s on s.name = o.service
  cross join lateral aclexplode(o.acl) x
  left join pg_roles r on r.oid = x.grantee
  where x.grantee <> o.owner
),
defaults as (
  select s.owner, n.nspname as schema, coalesce(r.rolname::text, 'PUBLIC') as grantee, coalesce(quote_ident(r.rolname), 'public') as written,
    x.privilege_type as privilege,
    case d.defaclobjtype
      when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' when 'n' then 'schemas' when 'L' then 'large objects'
    end as objects
  from services s
  join pg_default_acl d on pg_get_userbyid(d.defaclrole) = s.owner and d.defaclobjtype in ('r', 'S', 'f', 'T', 'n', 'L')
  left join pg_namespace n on n.oid = d.defaclnamespace
  cross join lateral aclexplode(d.defaclacl) x
  left join pg_roles r on r.oid = x.grantee
  where x.grantee <> d.defaclrole
),
drift as (
  select 0 as place, format('default privileges of %s', d.owner) as object,
    format('%s gets %s on new %s%s', d.grantee, string_agg(d.privilege, ', ' order by d.privilege), d.objects,
      case when d.schema is null then '' else format(' in schema %s', d.schema) end) as summary,
    format('alter default privileges for role %I%s revoke %s on %s from %s', d.owner,
      case when d.schema is null then '' else format(' in schema %I', d.schema) end,
      string_agg(d.privilege, ', ' order by d.privilege), d.objects, d.written) as repair
  from defaults d
  group by d.owner, d.schema, d.objects, d.grantee, d.written

  union all
  -- Without IN SCHEMA on purpose: there, revoking from PUBLIC what is granted by default has no effect.
  select 0, format('default privileges of %s', s.owner), format('PUBLIC gets %s on new %s', d.privilege, d.objects),
    format('alter default privileges for role %I revoke %s on %s from public', s.owner, d.privilege, d.objects)
  from services s
  cross join lateral (values ('f', 'EXECUTE', 'functions'), ('T', 'USAGE', 'types')) as d (objtype, privilege, objects)
  where not exists (
    select
    from pg_default_acl p
    where pg_get_userbyid(p.defaclrole) = s.owner and p.defaclnamespace = 0 and p.defaclobjtype = d.objtype::"char"
  )

  union all
  select 1, g.object,
    format('%s has %s%s', g.grantee, string_agg(g.privilege, ', ' order by g.privilege), ' on ' || g.column_name),
    format('revoke %s on %s from %s cascade',
      string_agg(g.privilege || coalesce(' (' || quote_ident(g.column_name) || ')', ''), ', ' order by g.privilege), g.target, g.written)
  from grants g
  where g.is_stranger
  group by g.object, g.target, g.column_name, g.grantee, g.written

  union all
  select 2, g.object,
    format('%s may pass on %s%s', g.grantee, string_agg(g.privilege, ', ' order by g.privilege), ' on ' || g.column_name),
    format('revoke grant option for %s on %s from %s cascade',
      string_agg(g.privilege || coalesce(' (' || quote_ident(g.column_name) || ')', ''), ', ' order by g.privilege), g.target, g.written)
  from grants g
  where g.is_grantable and not g.is_stranger
  group by g.object, g.target, g.column_name, g.grantee, g.written
)
select d.place, 'revoke' as action, d.object, d.summary, d.repair
from drift d
order by d.place, d.object, d.summary
