import { consumersOf, databaseOf, serviceNamed } from '@freehold/manifest'
import type pg from 'pg'
import { asAdministrator } from '../provisioning/administrator.js'
import type { ProvisioningContext } from '../provisioning/plan.js'
import { sqlFile } from '../provisioning/sql-files.js'
import type { LogName } from '@freehold/proof'

/** How far a consumer has come. */
export interface ConsumerPlace {
  /** `<service>.<consumer>`, or the service alone where none of it ever began. */
  readonly consumer: string
  /** What comes after it may still be needed: 0 when it never began, or stands in another life of the log. */
  readonly position: number
}

/**
 * How far all consumers have come that the manifest names. It is read where they write it, in the transactions of the
 * effects; what a transport has delivered says nothing of what had its effect.
 */
export async function consumerPlaces(
  { system, servers }: Pick<ProvisioningContext, 'system' | 'servers'>,
  publisher: pg.Client,
  { service, log }: LogName,
): Promise<ConsumerPlace[]> {
  const places: ConsumerPlace[] = []
  for (const { service: name } of consumersOf(system, service)) {
    const database = databaseOf(system, serviceNamed(system, name))
    const { rows } = await asAdministrator(servers.urlFor(name), database, (client) =>
      client.query<{ consumer: string; position: string; segments: string[] }>(
        sqlFile('archive/consumers.sql'),
        [name, service],
      ),
    )
    if (rows.length === 0) places.push({ consumer: name, position: 0 })
    for (const { consumer, position, segments } of rows) {
      const isHere = await knowsAll(publisher, { service, log }, segments)
      places.push({ consumer: `${name}.${consumer}`, position: isHere ? Number(position) : 0 })
    }
  }
  return places
}

async function knowsAll(
  client: pg.Client,
  { service, log }: LogName,
  segments: readonly string[],
): Promise<boolean> {
  const { rowCount } = await client.query(
    'select from freehold.segment s where s.service = $1 and s.log = $2 and s.id::text = any ($3::text[])',
    [service, log, segments],
  )
  return rowCount === segments.length
}
