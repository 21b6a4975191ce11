select pid, role, application, state, seconds, query
from freehold.migration_blockers($1)
