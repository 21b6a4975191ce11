-- Functions that act with the rights of their owner although whoever calls them can decide what their names mean. Freehold's
-- own are compared with their sources by the plan.
with
definers as (
  select p.oid, p.proname, p.proowner, pg_get_userbyid(p.proowner) as owner,
    (
      select string_to_array(regexp_replace(substr(s.setting, 13), '["\s]', '', 'g'), ',')
      from unnest(p.proconfig) as s (setting)
      where s.setting like 'search_path=%'
    ) as path
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema', 'freehold')
    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
)
select format('function %s', d.oid::regprocedure) as object, w.what as summary,
  format('In a migration: alter function %s set search_path = pg_catalog, …, pg_temp', d.oid::regprocedure) as repair
from definers d
cross join lateral (
  values
    (d.path is null, format('acts for %s and has no search_path of its own', d.owner)),
    (d.path[cardinality(d.path)] <> 'pg_temp', format('acts for %s and finds temporary objects before others', d.owner)),
    ('$user' = any (d.path), format('acts for %s and has "$user" in its search_path', d.owner)),
    (
      exists (
        select
        from unnest(d.path) as s (schema)
        join pg_namespace n on n.nspname = s.schema
        cross join lateral aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) x
        where x.privilege_type = 'CREATE' and x.grantee <> d.proowner and x.grantee <> n.nspowner
      ),
      format('acts for %s and has a schema in its search_path in which others may create', d.owner)
    )
) as w (is_wrong, what)
where w.is_wrong
order by object, summary
