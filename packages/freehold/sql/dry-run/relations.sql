-- The relations of a schema ($1), with where their rows lie: a rewrite gives a relation another file.
select oid::integer as oid, relname::text as name, relkind::text as kind, pg_relation_filenode(oid)::text as file
from pg_class
where relnamespace = $1::regnamespace and relkind in ('r', 'p', 'i', 'I', 'm', 'S', 'v')
