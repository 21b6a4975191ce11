import { setTimeout as sleep } from 'node:timers/promises'
import { FreeholdError } from '@freehold/manifest/errors'
import type pg from 'pg'
import { asAdministrator } from './administrator.js'
import type { ProvisioningContext } from './plan.js'
import { type ServerGroup, serverGroups } from './servers.js'

const patienceMs = 60_000
const pollMs = 50

/**
 * Runs work while no other process provisions one of the same servers. The lock belongs to a session, so that a
 * process that dies does not keep it; it is polled for, so that waiting holds no snapshot.
 *
 * @throws FreeholdError `FREEHOLD_APPLY_BUSY` after a minute.
 */
export async function locked<T>(context: ProvisioningContext, work: () => Promise<T>): Promise<T> {
  // Always in the same order, or two processes could wait for one another.
  const groups = serverGroups(context.system, context.servers).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const holding = groups.reduceRight<() => Promise<T>>(
    (inner, group) => () => holdingLock(group, inner),
    work,
  )
  return holding()
}

function holdingLock<T>({ name, url }: ServerGroup, work: () => Promise<T>): Promise<T> {
  return asAdministrator(url, undefined, async (client) => {
    const deadline = Date.now() + patienceMs
    while (!(await tryLock(client))) {
      if (Date.now() > deadline) {
        throw new FreeholdError('FREEHOLD_APPLY_BUSY', {
          message: `Another process has been provisioning ${name} for ${patienceMs / 1000} s.`,
          details: { server: name },
        })
      }
      await sleep(pollMs)
    }
    return work()
  })
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    "select pg_try_advisory_lock(hashtext('freehold apply')) as locked",
  )
  return rows[0]?.locked === true
}
