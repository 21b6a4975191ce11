import { bySql, type Weakening } from '../weakening.js'

const attributes: readonly Weakening[] = [
  bySql(
    'role.superuser',
    'an app that is a superuser',
    'server',
    'alter role north_app superuser',
    /north_app.*is a superuser/,
  ),
  bySql(
    'role.createrole',
    'an app that may make roles',
    'server',
    'alter role north_app createrole',
    /north_app.*may create roles/,
  ),
  bySql(
    'role.createdb',
    'an app that may make databases',
    'server',
    'alter role north_app createdb',
    /north_app.*may create databases/,
  ),
  bySql(
    'role.bypassrls',
    'an app that bypasses row level security',
    'server',
    'alter role north_app bypassrls',
    /north_app.*bypasses/,
  ),
  bySql(
    'role.replication',
    'an app that may replicate',
    'server',
    'alter role north_app replication',
    /north_app.*may replicate/,
  ),
  bySql(
    'role.owner-login',
    'an owner that may log in',
    'server',
    'alter role north_owner login',
    /north_owner.*may log in/,
  ),
  bySql(
    'role.vault-login',
    'a vault that may log in',
    'server',
    "alter role north_vault login password 'freehold-prove-guess'",
    /logs in as north_vault/,
    {
      undo: 'alter role north_vault nologin password null',
    },
  ),
  bySql(
    'role.limit',
    'an app without a connection limit',
    'server',
    'alter role north_app connection limit -1',
    /north_app.*connection limit/,
  ),
  bySql(
    'role.inherit',
    'a migrator that inherits',
    'server',
    'alter role north_migrator inherit',
    /north_migrator.*inherits/,
  ),
  bySql(
    'role.temp-files',
    'an app without a limit of temporary files',
    'server',
    'alter role north_app reset temp_file_limit',
    /temp_file_limit/,
  ),
  bySql(
    'role.setting',
    'an app for which triggers are switched off',
    'server',
    'alter role north_app set session_replication_role to replica',
    /session_replication_role=replica/,
  ),
  bySql(
    'role.path',
    "an app that finds others' tables first",
    'server',
    'alter role north_app set search_path to public, north',
    /north_app.*search_path/,
  ),
  bySql(
    'role.database-setting',
    'a setting in one database',
    'server',
    "alter role north_app in database postgres set work_mem to '1GB'",
    /work_mem/,
  ),
]

const memberships: readonly Weakening[] = [
  bySql(
    'member.neighbour',
    'an app that is a member of its neighbour',
    'server',
    'grant south_owner to north_app',
    /south_owner/,
  ),
  bySql(
    'member.neighbour-app',
    "an app that is a member of its neighbour's app",
    'server',
    'grant south_app to north_app',
    /becomes south_app/,
  ),
  bySql(
    'member.vault',
    'an owner that is a member of the vault',
    'server',
    'grant north_vault to north_owner',
    /becomes? the vault/,
  ),
  bySql(
    'member.vault-of-app',
    'an app that is a member of the vault',
    'server',
    'grant north_vault to north_app',
    /becomes? the vault/,
  ),
  bySql(
    'member.owner',
    'an app that is a member of the owner',
    'server',
    'grant north_owner to north_app',
    /north_app is a member/,
  ),
  bySql(
    'member.platform',
    'a member of the platform',
    'server',
    'grant freehold_platform to north_owner',
    /becomes freehold_platform/,
  ),
  bySql(
    'member.admin',
    'a migrator that may pass the owner on',
    'server',
    'grant north_owner to north_migrator with admin option',
    /north_migrator is a member|north_migrator may act/,
  ),
  bySql(
    'member.stranger',
    'a stranger who is a member of the owner',
    'server',
    'create role stranger login; grant north_owner to stranger',
    /stranger is a member/,
    { undo: 'revoke north_owner from stranger; drop role stranger' },
  ),
]

const predefined: readonly Weakening[] = [
  'pg_read_all_data',
  'pg_write_all_data',
  'pg_execute_server_program',
  'pg_read_server_files',
  'pg_write_server_files',
  'pg_signal_backend',
  'pg_monitor',
  'pg_read_all_settings',
  'pg_checkpoint',
].map((role) =>
  bySql(
    `predefined.${role}`,
    `an app that is a member of ${role}`,
    'server',
    `grant ${role} to north_app`,
    new RegExp(role),
  ),
)

const parameters: readonly Weakening[] = [
  bySql(
    'parameter.replica',
    'an app that may switch triggers off',
    'server',
    'grant set on parameter session_replication_role to north_app',
    /sets session_replication_role|switches triggers off/,
  ),
  bySql(
    'parameter.system',
    'an app that may change the server',
    'server',
    'grant alter system on parameter trace_notify to north_app',
    /changes a setting of the server/,
  ),
]

/** Weak roles. */
export const roleWeakenings = [...attributes, ...memberships, ...predefined, ...parameters]
