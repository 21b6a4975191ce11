import type { Attack } from '../attack.js'

/** Names that attacks on the server speak of. */
export interface OwnNames {
  readonly app: string
  readonly schema: string
  readonly database: string
}

type Text = readonly [id: string, attempts: string, sql: string, rest?: Partial<Attack>]

// An extension that the server does not have is refused before anybody is asked for rights.
const notInstalled = ['42501', '0A000', '58P01', '22023']
const extensions = [
  'dblink',
  'postgres_fdw',
  'file_fdw',
  'plperlu',
  'plpython3u',
  'pg_stat_statements',
  'hstore',
]

const views = [
  'pg_authid',
  'pg_shadow',
  'pg_user_mapping',
  'pg_hba_file_rules',
  'pg_file_settings',
  'pg_stat_activity',
  'pg_stat_replication',
  'pg_stat_database',
  'pg_locks',
  'pg_prepared_xacts',
  'pg_replication_slots',
  'pg_statistic',
  'pg_largeobject',
]

const settings = [
  'session_replication_role = replica',
  'temp_file_limit = -1',
  'log_statement = none',
  "session_preload_libraries = ''",
  'zero_damaged_pages = on',
  'allow_system_table_mods = on',
  'ignore_checksum_failure = on',
  'lo_compat_privileges = on',
]

const calls: readonly Text[] = [
  [
    'see-subscriptions',
    'reads passwords of subscriptions',
    'select subconninfo from pg_catalog.pg_subscription',
  ],
  ['read-file', 'reads a file of the server', "select pg_read_file('PG_VERSION')"],
  ['list-files', 'lists files of the server', "select pg_ls_dir('.')"],
  ['import-file', 'reads a file into a large object', "select lo_import('PG_VERSION')"],
  ['export-file', 'writes a file from a large object', "select lo_export(0, '/dev/null')"],
  ['reload', 'reloads the configuration', 'select pg_reload_conf()'],
  ['rotate-log', 'rotates the log of the server', 'select pg_rotate_logfile()'],
  ['switch-wal', 'switches the WAL', 'select pg_switch_wal()'],
  ['restore-point', 'makes a restore point', "select pg_create_restore_point('freehold_prove')"],
  ['memory', 'writes memory contexts to the log', 'select pg_log_backend_memory_contexts(pg_backend_pid())'],
  ['statistics', 'resets statistics', 'select pg_stat_reset_single_table_counters(0)'],
  ['activity', 'sees sessions of others, by a function', 'select pg_stat_get_activity(null)'],
  ['blocking', 'sees who blocks whom', 'select pg_blocking_pids(pg_backend_pid())'],
  ['own-size', 'asks for the size of a database', 'select pg_database_size(current_database())'],
  ['data-directory', 'learns where the data of the server is', 'show data_directory'],
]

/** What a role must not do to the server or to the platform, whoever else is on it. */
export function serverAttacks({ app, schema, database }: OwnNames): Attack[] {
  const onServer: readonly Text[] = [
    ['create-role', 'makes a role', 'create role freehold_prove_intruder login'],
    ['superuser', 'makes itself a superuser', `alter role ${app} superuser`],
    ['bypassrls', 'frees itself of row level security', `alter role ${app} bypassrls`],
    ['createrole', 'lets itself make roles', `alter role ${app} createrole`],
    ['limit', 'lifts its connection limit', `alter role ${app} connection limit -1`],
    [
      'role-setting',
      'switches triggers off for its next logins',
      `alter role ${app} set session_replication_role to replica`,
    ],
    [
      'create-database',
      'makes a database',
      'create database freehold_prove_intruder',
      { undo: 'drop database if exists freehold_prove_intruder' },
    ],
    [
      'create-tablespace',
      'makes a tablespace',
      "create tablespace freehold_prove_intruder location '/dev/null/freehold'",
      { undo: 'drop tablespace if exists freehold_prove_intruder' },
    ],
    [
      'alter-system',
      'changes a setting of the server',
      'alter system set trace_notify to off',
      { undo: 'alter system reset trace_notify' },
    ],
    ['program', 'runs a program on the server', "copy (select 1) to program 'true'"],
    ['write-file', 'writes a file on the server', "copy (select 1) to '/dev/null'"],
    [
      'c-function',
      'calls the C library',
      `create function "${schema}".freehold_prove() returns integer language c as 'libc', 'getpid'`,
    ],
    ['load', 'loads a library', "load 'auto_explain'"],
    [
      'logical-slot',
      'makes a replication slot, which keeps WAL for ever',
      "select pg_create_logical_replication_slot('freehold_prove', 'pgoutput')",
      { undo: "select pg_drop_replication_slot('freehold_prove')" },
    ],
    [
      'physical-slot',
      'makes a physical replication slot',
      "select pg_create_physical_replication_slot('freehold_prove')",
      { undo: "select pg_drop_replication_slot('freehold_prove')" },
    ],
    [
      'subscription',
      'subscribes to another database',
      "create subscription freehold_prove connection 'dbname=postgres' publication p with (connect = false)",
    ],
    ['publication', 'publishes its database', 'create publication freehold_prove for all tables'],
    ['wrapper', 'makes a foreign data wrapper', 'create foreign data wrapper freehold_prove'],
    [
      'prepared-transaction',
      'leaves a prepared transaction behind',
      // A transaction that listens cannot be prepared either, so that none stays where this is possible.
      "listen freehold_prove; prepare transaction 'freehold prove'",
      { refusals: ['55000'], repair: 'Set max_prepared_transactions to 0 and restart the server.' },
    ],
    ['lock-catalog', 'locks the catalog', 'lock table pg_catalog.pg_class in access exclusive mode'],
    ['write-catalog', 'writes the catalog', 'update pg_catalog.pg_class set relacl = null where false'],
    ['passwords', 'writes passwords', 'update pg_catalog.pg_authid set rolsuper = true where false'],
    ...extensions.map((name): Text => [
      `extension-${name}`,
      `installs the extension ${name}`,
      `create extension ${name} schema "${schema}"`,
      { refusals: notInstalled },
    ]),
    ...views.map((name): Text => [`see-${name}`, `reads ${name}`, `select from pg_catalog.${name}`]),
    ...settings.map((setting): Text => [
      `set-${setting.split(' ')[0] ?? ''}`,
      `sets ${setting}`,
      `set local ${setting}`,
    ]),
    ...calls,
  ]
  const onPlatform: readonly Text[] = [
    ['create-schema', 'makes a schema', 'create schema freehold_prove'],
    ['create-in-public', 'makes a table in public', 'create table public.freehold_prove (x integer)'],
    [
      'temp-table',
      'makes a temporary table, to shadow another',
      'create temporary table freehold_prove (x integer)',
    ],
    [
      'temp-function',
      'makes a temporary function',
      'create function pg_temp.freehold_prove() returns integer language sql return 1',
    ],
    [
      'event-trigger',
      'makes an event trigger',
      'create event trigger freehold_prove on ddl_command_start execute function freehold.explain_log_ddl()',
    ],
    ['drop-event-trigger', 'drops an event trigger', 'drop event trigger freehold_refuse_casts'],
    [
      'disable-event-trigger',
      'disables an event trigger',
      'alter event trigger freehold_refuse_casts disable',
    ],
    ['own-database', 'takes its database', `alter database "${database}" owner to current_user`],
    ['rename-database', 'renames its database', `alter database "${database}" rename to freehold_prove`],
    [
      'database-setting',
      'changes a setting of its database',
      `alter database "${database}" set work_mem to '4MB'`,
    ],
    ['comment', 'comments its database', `comment on database "${database}" is null`],
    [
      'open-database',
      'lets everybody into its database',
      `grant connect on database "${database}" to public`,
      {
        didNothing: `not exists (select from pg_database d, aclexplode(d.datacl) x where d.datname = current_database() and x.grantee = 0)`,
      },
    ],
    [
      'open-schema',
      'lets everybody into its schema',
      `grant usage, create on schema "${schema}" to public`,
      {
        didNothing: `not exists (select from pg_namespace n, aclexplode(n.nspacl) x where n.nspname = '${schema}' and x.grantee = 0)`,
      },
    ],
    ['drop-schema', 'drops its schema', `drop schema "${schema}" cascade`],
    ['rename-schema', 'renames its schema', `alter schema "${schema}" rename to freehold_prove`],
    ['take-schema', 'takes the schema freehold', 'alter schema freehold owner to current_user'],
    [
      'create-in-freehold',
      "makes a table beside Freehold's",
      'create table freehold.freehold_prove (x integer)',
    ],
    [
      'replace-function',
      'replaces a function of Freehold',
      "create or replace function freehold.refuse_log_change() returns trigger language plpgsql as 'begin return new; end'",
    ],
    ['drop-function', 'drops a function of Freehold', 'drop function freehold.refuse_log_change() cascade'],
    [
      'alter-function',
      'alters a function of Freehold',
      'alter function freehold.refuse_log_change() security invoker',
    ],
    [
      'default-privileges',
      'opens what the platform will make',
      'alter default privileges for role freehold_platform grant all on tables to public',
    ],
  ]
  return [...written(onServer, 'the server'), ...written(onPlatform, 'the platform')]
}

const noMembers = 'pg_database_owner'

/** A role that PostgreSQL or an administrator brings, and that nobody of the system may become. */
export function powerAttacks(powerful: readonly string[], app: string): Attack[] {
  return powerful.flatMap((role) => [
    ...written(
      [
        // A role of somebody else's may be dropped before its turn comes: 22023 and 42704.
        ['become', `becomes ${role}`, `set local role "${role}"`, { refusals: ['42501', '22023'] }],
        // One of them takes no members at all, which 16 and 17 say with XX000 before they look at rights.
        [
          'grant-power',
          `gives itself ${role}`,
          `grant "${role}" to ${app}`,
          { refusals: ['42501', '0A000', '42704', ...(role === noMembers ? ['XX000'] : [])] },
        ],
      ],
      'the server',
    ),
  ])
}

/** Attacks as they are written here, against one thing. */
function written(texts: readonly Text[], against: string): Attack[] {
  const area = against.replace('the ', '')
  return texts.map(([id, attempts, sql, rest = {}]) => ({
    id: `${area}.${id}`,
    attempts,
    against,
    sql,
    ...rest,
  }))
}
