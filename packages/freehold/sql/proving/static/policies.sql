-- Policies of Freehold's own tables that let a service see, or write, rows of another.
with
expected as (
  select n.name, e.roles
  from (
    values
      (array['migrations', 'migration_runs', 'migration_steps'], array['owner']),
      (array['consumer', 'consumer_instance', 'consumer_lane', 'parked_event', 'parked_action'], array['app']),
      (array['subscription', 'epoch', 'segment', 'archive', 'projection_build'], array['app', 'owner'])
  ) as e (names, roles)
  cross join lateral unnest(e.names) as n (name)
),
actual as (
  select c.relname::text as name, p.polname::text as policy, p.polpermissive, x.clause
  from pg_policy p
  join pg_class c on c.oid = p.polrelid and c.relnamespace = 'freehold'::regnamespace
  cross join lateral (
    values (pg_get_expr(p.polqual, p.polrelid)), (pg_get_expr(p.polwithcheck, p.polrelid))
  ) as x (clause)
  where x.clause is not null
)
select format('table freehold.%s', a.name) as object, format('the policy %s lets rows through where %s', a.policy, a.clause) as summary,
  format(
    'alter policy %I on freehold.%I using (current_user in (%s))', a.policy, a.name,
    (select string_agg(format('service || ''_%s''', r), ', ') from unnest(coalesce(e.roles, array['app'])) as r)
  ) as repair
from actual a
left join expected e on e.name = a.name
where not a.polpermissive
  or a.clause <> case cardinality(coalesce(e.roles, array['app']))
    when 1 then format('(CURRENT_USER = (service || ''_%s''::text))', (coalesce(e.roles, array['app']))[1])
    else '((CURRENT_USER = (service || ''_app''::text)) OR (CURRENT_USER = (service || ''_owner''::text)))'
  end
order by object, summary
