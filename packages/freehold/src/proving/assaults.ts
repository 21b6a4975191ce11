import type { Service, System } from '@freehold/manifest'
import { databaseOf, platformRole, rolesOf } from '@freehold/manifest'
import { expectedRecords } from '../provisioning/expected.js'
import type { Assault, Attack, Attacker, AttackerKind } from './attack.js'
import type { Chapter } from './finding.js'
import { historyAttacks } from './immutability/history-attacks.js'
import { logAttacks, type Log } from './immutability/log-attacks.js'
import { superuserAttacks } from './immutability/superuser-attacks.js'
import { neighbourAttacks, type Neighbour } from './isolation/neighbour-attacks.js'
import { recordAttacks, type RecordRights } from './isolation/record-attacks.js'
import { recordRowAttacks } from './isolation/record-row-attacks.js'
import { powerAttacks, serverAttacks } from './isolation/server-attacks.js'
import { sharedAttacks } from './isolation/shared-attacks.js'
import { relationOf, type Survey } from './survey.js'

/** What an attacker has before it. */
export interface Field {
  readonly system: System
  /** Its own database. */
  readonly survey: Survey
  readonly neighbours: readonly Neighbour[]
  /** Roles that nobody of the system may become. */
  readonly powerful: readonly string[]
}

/** A service's three ways to attack: as its app, as its migrator, and as the owner that its migrator becomes. */
export function attackersOf(service: Service): Attacker[] {
  const { app, migrator, owner } = rolesOf(service)
  const attacker = (kind: AttackerKind, role: string, login: string): Attacker => ({
    service: service.name,
    kind,
    role,
    login,
  })
  return [
    attacker('app', app, app),
    attacker('migrator', migrator, migrator),
    attacker('owner', owner, migrator),
  ]
}

/** All that one role of a service attempts with statements, in its own database. */
export function assaultsOf(service: Service, attacker: Attacker, field: Field): Assault[] {
  const assault = (chapter: Chapter, attacks: readonly Attack[]): Assault => ({
    chapter,
    attacker,
    attacks,
  })
  return [
    assault('isolation', isolationAttacks(service, attacker, field)),
    assault('immutability', immutabilityAttacks(service, attacker, field)),
  ]
}

/** What a superuser attempts on the logs of a service. */
export function superuserAssault(service: Service, { survey }: Field): Assault {
  return {
    chapter: 'immutability',
    attacker: { service: service.name, kind: 'superuser', role: 'a superuser', login: 'a superuser' },
    attacks: logsOf(service, survey).flatMap((log) => superuserAttacks(log)),
  }
}

function isolationAttacks(
  service: Service,
  { kind, role }: Attacker,
  { system, survey, neighbours, powerful }: Field,
): Attack[] {
  const rights = expectedRecords(survey.services) as readonly RecordRights[]
  return [
    ...serverAttacks({ app: role, schema: service.schema, database: survey.database }),
    ...ownRoleAttacks(service, kind),
    ...powerAttacks([platformRole, ...powerful], role),
    ...recordAttacks(role, rights, survey),
    ...neighbours.flatMap((neighbour) => [
      ...neighbourAttacks(role, neighbour),
      ...recordRowAttacks(role, kind, neighbour.service, rights, survey),
      ...(databaseOf(system, neighbour.service) === survey.database
        ? sharedAttacks(service, neighbour.service, survey)
        : []),
    ]),
  ]
}

/** Of its own service's roles, the migrator alone may become another, and only the owner. */
function ownRoleAttacks(service: Service, kind: AttackerKind): Attack[] {
  const { owner, vault, migrator, app } = rolesOf(service)
  return (kind === 'app' ? [owner, vault, migrator] : [vault, app]).map((role) => ({
    id: 'platform.own-role',
    attempts: `becomes ${role}`,
    against: 'the platform',
    sql: `set local role ${role}`,
  }))
}

function immutabilityAttacks(service: Service, { kind, role }: Attacker, { survey }: Field): Attack[] {
  const others = survey.services.filter(({ name }) => name !== service.name)
  return [
    ...logsOf(service, survey).flatMap((log) => logAttacks(log, role)),
    ...(kind === 'migrator'
      ? []
      : Object.entries(service.owns).flatMap(([name, table]) =>
          table.mutability === 'mutable' ? historyAttacks(service, name, table, survey) : [],
        )),
    // A neighbour in the same database is no less an attacker of a log than its own service.
    ...others.flatMap((other) => logsOf(other, survey).flatMap((log) => logAttacks(log, role))),
  ]
}

function logsOf(service: Service, survey: Survey): Log[] {
  return Object.entries(service.owns).flatMap(([name, table]) => {
    const relation = table.mutability === 'immutable' ? relationOf(survey, service.schema, name) : undefined
    return relation && table.mutability === 'immutable' ? [{ service, name, table, relation }] : []
  })
}
