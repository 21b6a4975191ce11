select pid, application, client, to_char(since at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since
from freehold.migration_run($1)
