import { databaseOf, type Service } from '@freehold/manifest'
import { serverGroups } from '../../provisioning/servers.js'
import type { Plan, ProvisioningContext } from '../../provisioning/plan.js'
import type { Finding } from '../finding.js'

/**
 * What a plan found, by server and by database: everything that is granted, owned or guarded beyond the manifest.
 *
 * @param asked - The services that are looked at. What belongs to a whole server concerns each of them.
 */
export function driftFindings(
  { system, servers }: ProvisioningContext,
  plan: Plan,
  asked: readonly Service[],
): Finding[] {
  return serverGroups(system, servers).flatMap(({ name: server, services }) => {
    const inside = system.services.filter(({ name }) => services.includes(name))
    const databases = [...new Set(inside.map((service) => databaseOf(system, service)))]
    return [undefined, ...databases].flatMap((database): Finding[] => {
      const owners = inside.filter(
        (service) => database === undefined || databaseOf(system, service) === database,
      )
      if (!owners.some((service) => asked.includes(service))) return []
      const base = {
        chapter: 'static',
        id: database === undefined ? 'manifest.server' : 'manifest.database',
        service: owners.map(({ name }) => name).join(', '),
        against: database ?? 'the server',
      } as const
      const found = plan.changes.filter((change) => change.server === server && change.database === database)
      if (found.length === 0)
        return [{ ...base, what: 'everything is as the manifest says', verdict: 'held' }]
      return found.map(({ object, summary, sql }) => ({
        ...base,
        what: `${object}: ${summary}`,
        verdict: 'failed',
        says: 'expected: as the manifest says',
        repair:
          sql === ''
            ? 'See `freehold plan`: a migration or a person must mend it.'
            : '`freehold apply` mends it.',
      }))
    })
  })
}
