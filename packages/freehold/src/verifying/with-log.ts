import { databaseOf, serviceNamed, type Service } from '@freehold/manifest'
import type { LogName } from '@freehold/proof'
import type pg from 'pg'
import { asAdministrator } from '../provisioning/administrator.js'
import type { ProvisioningContext } from '../provisioning/plan.js'
import { requireLog } from '../archiving/index.js'
import { liveLog } from './live-log.js'
import type { LogSource } from './log-source.js'

/** Lets work read a log of the database that a client is in, as it is at one moment. */
export async function atOneMoment<T>(
  client: pg.Client,
  service: Service,
  log: string,
  work: (source: LogSource) => Promise<T>,
): Promise<T> {
  await client.query('begin isolation level repeatable read, read only')
  const result = await work(await liveLog(client, service, log))
  await client.query('commit')
  return result
}

/**
 * Lets work read a live log, as it is at one moment.
 *
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_SERVICE`, `FREEHOLD_MANIFEST_UNKNOWN_TABLE`, and what connecting throws.
 */
export async function withLog<T>(
  context: Pick<ProvisioningContext, 'system' | 'servers'>,
  name: LogName,
  work: (source: LogSource) => Promise<T>,
): Promise<T> {
  const { system, servers } = context
  const service = serviceNamed(system, name.service)
  requireLog(context, name)
  return asAdministrator(servers.urlFor(service.name), databaseOf(system, service), (client) =>
    atOneMoment(client, service, name.log, work),
  )
}
