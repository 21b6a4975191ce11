import type { Service } from '@freehold/manifest'
import { databaseOf, platformRole, rolesOf } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { asAdministrator } from '../provisioning/administrator.js'
import type { ProvisioningContext } from '../provisioning/plan.js'
import type { ServerGroup } from '../provisioning/servers.js'
import { assaultsOf, attackersOf, type Field } from './assaults.js'
import type { Attacker } from './attack.js'
import type { Finding } from './finding.js'
import { breakIn, canTellDatabases } from './isolation/break-in.js'
import { breaks, type Doors } from './isolation/connections.js'
import { makeAttacks } from './make-attacks.js'
import type { Scope } from './proof.js'
import { enter, limitWaits } from './session.js'

/** Where attacks are made. */
export interface Arena {
  readonly context: ProvisioningContext
  readonly group: ServerGroup
  readonly scope: Scope
  /** The services of this server. */
  readonly here: readonly Service[]
  /** Roles that nobody of the system may become. */
  readonly powerful: readonly string[]
  /** The server process of a session of each service. */
  readonly pids: ReadonlyMap<string, number>
  readonly onProgress: (what: string) => void
}

/** Attackers that share a login, and so a session. */
interface Lane {
  readonly kind: 'app' | 'migrator'
  readonly attackers: readonly Attacker[]
}

/** The logins of a service, and who attacks with each. */
export function lanesOf(service: Service): Lane[] {
  const attackers = attackersOf(service)
  return [
    { kind: 'app', attackers: attackers.filter(({ kind }) => kind === 'app') },
    { kind: 'migrator', attackers: attackers.filter(({ kind }) => kind !== 'app') },
  ]
}

/** Attacks with one login of a service: first the doors, then, from inside, everything else. */
export async function attackAs(
  arena: Arena,
  service: Service,
  { kind, attackers }: Lane,
  field: Field,
): Promise<Finding[]> {
  const { context, group, scope } = arena
  const [first] = attackers
  if (first === undefined) return []
  const url = await credentialOf(context, service, kind)
  const own = await enter(url)
  if ('code' in own) return shutOut(scope, first, `${own.code}: ${own.message}`)
  try {
    arena.onProgress(`attacking as ${first.role}`)
    return await asAdministrator(group.url, field.survey.database, async (administrator) => {
      await limitWaits(administrator)
      const neighbours = field.neighbours.filter((other) => other.service.name !== service.name)
      const findings: Finding[] = []
      if (scope.chapters.includes('isolation')) {
        findings.push(
          ...(await breakIn(first, breaks(doorsOf(context, service, url, { ...field, neighbours })))),
        )
        if (kind === 'app') findings.push(await canTellDatabases(first, url))
      }
      for (const attacker of attackers)
        for (const assault of assaultsOf(service, attacker, { ...field, neighbours }))
          if (scope.chapters.includes(assault.chapter))
            findings.push(...(await makeAttacks({ own, administrator, url: group.url }, assault)))
      return findings
    })
  } finally {
    await own.end()
  }
}

function shutOut({ chapters }: Scope, { service, role }: Attacker, says: string): Finding[] {
  return chapters.map((chapter) => ({
    chapter,
    id: 'connect.own',
    what: 'enters its own database, to attack from there',
    service,
    as: role,
    against: service,
    verdict: 'not looked at',
    says,
    repair: 'See `freehold plan`: the credentials, or who may connect, are not as they should be.',
  }))
}

function doorsOf(
  { servers, system }: ProvisioningContext,
  service: Service,
  url: string,
  { neighbours, survey }: Field,
): Doors {
  const { owner, vault } = rolesOf(service)
  return {
    url,
    vault,
    others: neighbours
      .filter(({ service: other }) => databaseOf(system, other) !== survey.database)
      .map(({ service: other, database }) => ({ service: other, database, url: servers.urlFor(other.name) })),
    sleepers: [owner, vault, platformRole].map((role) => ({ role, of: 'the platform' })),
  }
}

async function credentialOf(
  { credentials }: ProvisioningContext,
  service: Service,
  kind: 'app' | 'migrator',
): Promise<string> {
  const url = await credentials.read(service.name, kind)
  if (url !== undefined) return url
  throw new FreeholdError('FREEHOLD_CREDENTIALS_MISSING', {
    message: `${rolesOf(service)[kind]} has no credentials in ${credentials.pathOf(service.name, kind)}.`,
    details: { service: service.name, kind },
  })
}
