import type { Service } from '@freehold/manifest'
import type pg from 'pg'
import type { ProvisioningContext } from '../provisioning/plan.js'
import { enter } from './session.js'

/** Runs work while each service has a session that others can try to watch and to cancel, by its server process. */
export async function withVictims<T>(
  { credentials }: ProvisioningContext,
  services: readonly Service[],
  work: (pids: ReadonlyMap<string, number>) => Promise<T>,
): Promise<T> {
  const clients: pg.Client[] = []
  const pids = new Map<string, number>()
  try {
    for (const { name } of services) {
      const url = await credentials.read(name, 'app')
      const entered = url === undefined ? undefined : await enter(url)
      if (entered === undefined || 'code' in entered) continue
      clients.push(entered)
      const { rows } = await entered.query<{ pid: number }>('select pg_backend_pid() as pid')
      if (rows[0]) pids.set(name, rows[0].pid)
    }
    return await work(pids)
  } finally {
    await Promise.all(clients.map((client) => client.end()))
  }
}
