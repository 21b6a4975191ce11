import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  defineService,
  defineSystem,
  immutable,
  mutable,
  type Strategy,
  type System,
} from '@freehold/manifest'
import { credentialStore } from '../../credentials/store.js'
import { migrateSystem } from '../../migrations/index.js'
import { applyPlan } from '../../provisioning/apply-plan.js'
import { planSystem } from '../../provisioning/plan-system.js'
import type { ProvisioningContext } from '../../provisioning/plan.js'
import { serversAt } from '../../provisioning/servers.js'

/** The folder that migrations of the throwaway system are found from. */
export const throwawayRoot = fileURLToPath(new URL('../../../sql/proving/self-test/', import.meta.url))

/** A log can be partitioned from this version on. */
export const partitionsFrom = 170_000

/** A system that is there to be weakened. */
export interface ThrowawaySystem {
  readonly context: ProvisioningContext
  remove(): Promise<void>
}

/**
 * Provisions and migrates two services on a server that is there for nothing else.
 *
 * @param version - Of the server, as `server_version_num`.
 */
export async function throwawaySystem(
  adminUrl: string,
  version: number,
  strategy: Strategy['kind'],
): Promise<ThrowawaySystem> {
  const state = await mkdtemp(join(tmpdir(), 'freehold-prove-'))
  const system = systemOf(strategy, version >= partitionsFrom)
  const credentials = credentialStore(join(state, 'credentials'))
  const context = { system, servers: serversAt(() => adminUrl), credentials }
  await applyPlan(context, await planSystem(context))
  await migrateSystem({ system, credentials, root: throwawayRoot })
  return { context, remove: () => rm(state, { recursive: true, force: true }) }
}

function systemOf(kind: Strategy['kind'], isPartitioned: boolean): System {
  const made = {
    type: 'north.thing-made.v1',
    key: 'id',
    data: {
      type: 'object',
      properties: { id: { type: 'string' } },
      required: ['id'],
      additionalProperties: false,
    },
  }
  return defineSystem({
    name: 'self-test',
    strategy: kind === 'shared-database' ? { kind, database: 'commons_db' } : { kind },
    services: [
      defineService({
        name: 'north',
        database: 'north_db',
        owns: {
          things: mutable({
            history: 'thing_history',
            personal: { subject: 'holder', fields: ['name', 'remark'] },
          }),
          thing_history: immutable({ kind: 'history' }),
          audit_log: immutable({ kind: 'audit', personal: { subject: 'thing', fields: ['origin'] } }),
          erasures: immutable({ kind: 'erasure' }),
          events: immutable(
            isPartitioned ? { kind: 'events', partition: { rows: 1000 } } : { kind: 'events' },
          ),
        },
        publishes: [made],
        migrations: isPartitioned ? 'north-partitioned' : 'north',
      }),
      defineService({
        name: 'south',
        database: 'south_db',
        owns: { orders: mutable(), audit_log: immutable({ kind: 'audit' }) },
        consumes: { north: [made.type] },
        migrations: 'south',
      }),
    ],
  })
}
