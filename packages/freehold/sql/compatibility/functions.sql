-- Functions of the database's own, and whether the role $1 may call them.
select
  n.nspname || '.' || p.proname as name,
  pg_get_function_identity_arguments(p.oid) as arguments,
  md5(case when p.prokind in ('f', 'p') then pg_get_functiondef(p.oid) else p.prosrc end) as definition,
  p.prosrc as body,
  has_function_privilege($1::name, p.oid, 'execute') as "mayCall"
from pg_proc p
join pg_namespace n on n.oid = p.pronamespace
where
  n.nspname not in ('pg_catalog', 'information_schema')
  and n.nspname !~ '^pg_(toast|temp)'
  and not exists (select from pg_depend e where e.objid = p.oid and e.deptype = 'e')
order by 1, 2
