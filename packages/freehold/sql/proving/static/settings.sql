-- Settings of the server, or of this database, with which a guard would not hold.
select format('setting %s', s.name) as object, format('is %s and must be %s', coalesce(nullif(p.reset_val, ''), 'empty'), s.value) as summary,
  s.repair
from (
  values
    ('max_prepared_transactions', '0', 'Set max_prepared_transactions to 0 and restart the server: nothing times a prepared transaction out.'),
    ('session_replication_role', 'origin', 'Reset it (alter system reset, alter database … reset): as a replica, ordinary triggers do not run.'),
    ('event_triggers', 'on', 'Reset it: without event triggers, a cast could run as the vault.'),
    ('allow_system_table_mods', 'off', 'Reset it: it lets the catalogs be changed.'),
    ('lo_compat_privileges', 'off', 'Reset it: it opens large objects to everybody.'),
    ('row_security', 'on', 'Reset it: queries under a policy would fail.'),
    ('zero_damaged_pages', 'off', 'Reset it: it removes rows that cannot be read.'),
    ('ignore_checksum_failure', 'off', 'Reset it: it hides that data was changed on disk.'),
    ('password_encryption', 'scram-sha-256', 'Set it to scram-sha-256: md5 is a hash that can be sent instead of the password.')
) as s (name, value, repair)
join pg_settings p on p.name = s.name
where p.reset_val <> s.value
order by s.name
