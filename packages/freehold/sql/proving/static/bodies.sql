-- The bodies of the functions in the schema $1, where they are kept as text: SQL and PL/pgSQL.
select p.oid::regprocedure::text as name, l.lanname::text as language, p.prosrc as source
from pg_proc p
join pg_language l on l.oid = p.prolang
join pg_namespace n on n.oid = p.pronamespace
where n.nspname = $1 and p.prosqlbody is null and p.prokind in ('f', 'p') and l.lanname in ('sql', 'plpgsql')
  and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
order by name
