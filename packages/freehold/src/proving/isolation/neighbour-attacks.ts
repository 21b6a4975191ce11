import type { Service } from '@freehold/manifest'
import { rolesOf } from '@freehold/manifest'
import type { Attack } from '../attack.js'

type Text = readonly [id: string, attempts: string, sql: string, rest?: Partial<Attack>]

/** A neighbour, and where it lives. */
export interface Neighbour {
  readonly service: Service
  readonly database: string
  /** Whether its roles are on the same server as the attacker's. */
  readonly isHere: boolean
  /** The server process of a session of it, undefined when it has none. */
  readonly pid: number | undefined
}

/** What a role must not do to the roles and the database of another service, wherever its data is. */
export function neighbourAttacks(own: string, { service, database, isHere, pid }: Neighbour): Attack[] {
  if (!isHere) return []
  const { owner, vault, migrator, app } = rolesOf(service)
  const roles = [owner, vault, migrator, app]
  const texts: Text[] = [
    ...roles.flatMap((role): Text[] => [
      [`become-${role.slice(service.name.length + 1)}`, `becomes ${role}`, `set local role ${role}`],
      [
        `log-in-${role.slice(service.name.length + 1)}`,
        `takes the session of ${role}`,
        `set session authorization ${role}`,
      ],
      [`grant-${role.slice(service.name.length + 1)}`, `gives itself ${role}`, `grant ${role} to ${own}`],
      [
        `drop-owned-${role.slice(service.name.length + 1)}`,
        `drops what ${role} owns`,
        `drop owned by ${role} cascade`,
      ],
      [
        `take-owned-${role.slice(service.name.length + 1)}`,
        `takes what ${role} owns`,
        `reassign owned by ${role} to ${own}`,
      ],
    ]),
    ['password', `gives ${app} another password`, `alter role ${app} password 'freehold prove'`],
    ['lock-out', `forbids ${app} to log in`, `alter role ${app} nologin`],
    ['drop-role', `drops ${app}`, `drop role ${app}`],
    ['rename-role', `renames ${app}`, `alter role ${app} rename to freehold_prove`],
    ['search-path', `changes where ${app} finds its tables`, `alter role ${app} set search_path to public`],
    [
      'default-privileges',
      `opens what ${owner} will make`,
      `alter default privileges for role ${owner} grant all on tables to ${own}`,
    ],
    ['take-database', 'takes its database', `alter database "${database}" owner to ${own}`],
    ['close-database', 'closes its database', `alter database "${database}" allow_connections false`],
    [
      'database-setting',
      'changes a setting of its database',
      `alter database "${database}" set work_mem to '4MB'`,
    ],
    [
      'open-database',
      'lets itself into its database',
      `grant all on database "${database}" to ${own}`,
      {
        didNothing: `not exists (select from pg_database d, aclexplode(d.datacl) x where d.datname = '${database}' and x.grantee = '${own}'::regrole and (x.privilege_type <> 'CONNECT' or x.is_grantable))`,
      },
    ],
    [
      'copy-database',
      'copies its database',
      `create database freehold_prove_intruder template "${database}"`,
      { undo: 'drop database if exists freehold_prove_intruder', refusals: ['42501'] },
    ],
    ['size', 'learns the size of its database', `select pg_database_size('${database}')`],
    ...(pid === undefined
      ? []
      : [
          ['cancel', 'cancels its statement', `select pg_cancel_backend(${pid})`] as const,
          ['terminate', 'ends its session', `select pg_terminate_backend(${pid})`] as const,
          ['watch', 'watches its session', `select pg_stat_get_backend_activity(${pid})`] as const,
        ]),
  ]
  return texts.map(([id, attempts, sql, rest = {}]) => ({
    id: `service.${id}`,
    attempts,
    against: service.name,
    sql,
    ...rest,
  }))
}
