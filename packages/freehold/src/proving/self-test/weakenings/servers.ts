import { bySql, type Weakening } from '../weakening.js'

// A reload takes a moment to reach the sessions to come.
const reloaded = (sql: string): readonly string[] => [sql, 'select pg_reload_conf()', 'select pg_sleep(0.3)']

/** Weak servers. */
export const serverWeakenings: readonly Weakening[] = [
  {
    id: 'server.trust',
    what: 'a line of pg_hba.conf that trusts',
    named: /north_app → the server: logs in with a wrong password/,
    by: 'isolation',
    act: { hba: ['host all all 127.0.0.1/32 trust'] },
  },
  {
    id: 'server.clear',
    what: 'a line of pg_hba.conf that takes passwords in clear',
    named: /send the password in clear/,
    by: 'static',
    act: { hba: ['host all north_app 127.0.0.1/32 password'] },
  },
  {
    id: 'server.prepared',
    what: 'prepared transactions',
    named: /leaves a prepared transaction behind/,
    by: 'isolation',
    act: { settings: { max_prepared_transactions: '5' } },
  },
  bySql(
    'server.large-objects',
    'large objects that are open to all',
    'server',
    reloaded('alter system set lo_compat_privileges to on'),
    /lo_compat_privileges/,
    'static',
    { undo: reloaded('alter system reset lo_compat_privileges') },
  ),
  bySql(
    'server.replica',
    'a server on which triggers are switched off',
    'server',
    reloaded('alter system set session_replication_role to replica'),
    /session_replication_role/,
    'static',
    { undo: reloaded('alter system reset session_replication_role') },
  ),
  bySql(
    'server.event-triggers',
    'a server without event triggers',
    'server',
    reloaded('alter system set event_triggers to off'),
    /event_triggers|plants a cast/,
    'immutability',
    { undo: reloaded('alter system reset event_triggers'), from: 170_000 },
  ),
  bySql(
    'server.catalogs',
    'catalogs that can be changed',
    'server',
    reloaded('alter system set allow_system_table_mods to on'),
    /allow_system_table_mods/,
    'static',
    { undo: reloaded('alter system reset allow_system_table_mods') },
  ),
]
