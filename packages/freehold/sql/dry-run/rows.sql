-- How many rows the tables of a schema ($1) have, by the server's statistics; null where nobody has counted.
select relname::text as name, nullif(reltuples, -1)::bigint::text as rows
from pg_class
where relnamespace = to_regnamespace(quote_ident($1)) and relkind in ('r', 'p', 'm')
