-- The statements of the role $1 that pg_stat_statements has seen in this database, and since when it has. {schema} is that of
-- the extension.
select s.query as text, i.stats_reset as since
from {schema}.pg_stat_statements s
cross join {schema}.pg_stat_statements_info i
where s.dbid = (select d.oid from pg_database d where d.datname = current_database())
  and s.userid = (select r.oid from pg_roles r where r.rolname = $1)
