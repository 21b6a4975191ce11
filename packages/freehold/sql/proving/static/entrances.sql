-- Lines of pg_hba.conf that let a role of the services in without a password, or send it in clear. $1 lists the roles,
-- $2 the databases.
select format('pg_hba.conf, line %s', h.line_number) as object,
  case
    when h.error is not null then format('cannot be read: %s', h.error)
    when h.auth_method = 'trust' then
      format('trusts whoever says to be %s, from %s', array_to_string(h.user_name, ','), coalesce(h.address, 'this machine'))
    else format('lets %s send the password in clear', array_to_string(h.user_name, ','))
  end as summary,
  'Replace it by the lines of `freehold hba`, which ask for scram-sha-256, and reload the server.' as repair
from pg_hba_file_rules h
where h.error is not null
  or (
    (h.auth_method = 'trust' or (h.auth_method = 'password' and h.type not in ('hostssl', 'hostgssenc')))
    and exists (select from unnest(h.user_name) as u (name) where u.name = 'all' or u.name = any ($1::text[]) or u.name ~ '^[+/]')
    and exists (
      select from unnest(h.database) as d (name)
      where d.name in ('all', 'sameuser', 'samerole', 'samegroup', 'replication') or d.name = any ($2::text[]) or d.name ~ '^/'
    )
  )
order by h.line_number
