import { databaseOf, personalTablesOf, projectionSchemasOf, type Service } from '@freehold/manifest'
import pg from 'pg'
import { asAdministrator } from '../provisioning/administrator.js'
import type { ProvisioningContext } from '../provisioning/plan.js'
import { erasingServices } from './erasure-states.js'

/** What was written anew in one database. */
export interface Scrubbed {
  readonly service: string
  readonly tables: readonly string[]
  /** From here on the write-ahead log has nothing of what was erased before. */
  readonly walFrom: string
}

/** Samples of values that were in tables, and events that could not be handled. */
const platformTables = ['pg_catalog.pg_statistic', 'freehold.parked_event']

/**
 * Writes the tables with something personal anew, so that the pages of their files hold nothing of rows that are gone. Each
 * is locked meanwhile, for about as long as copying it takes. Then begins a new file of the write-ahead log.
 *
 * @param onProgress - Hears of each table before it is written.
 * @throws FreeholdError `FREEHOLD_SERVER_UNREACHABLE`, `FREEHOLD_ADMINISTRATOR_TOO_WEAK`; and what the server says where a
 *   table cannot be locked within 10 seconds.
 */
export async function scrubTables(
  { system, servers }: ProvisioningContext,
  onProgress: (service: string, table: string) => void = () => undefined,
): Promise<Scrubbed[]> {
  const scrubbed: Scrubbed[] = []
  for (const service of erasingServices(system)) {
    const scrub = (client: pg.Client): Promise<Scrubbed> => scrubService(client, service, onProgress)
    scrubbed.push(await asAdministrator(servers.urlFor(service.name), databaseOf(system, service), scrub))
  }
  return scrubbed
}

async function scrubService(
  client: pg.Client,
  service: Service,
  onProgress: (service: string, table: string) => void,
): Promise<Scrubbed> {
  const own = await tablesThere(client, service)
  for (const table of own) {
    onProgress(service.name, table)
    await client.query(`vacuum (full, analyze) ${table}`)
  }
  for (const table of platformTables) await client.query(`vacuum (full) ${table}`)
  const { rows } = await client.query<{ lsn: string }>('select pg_switch_wal()::text as lsn')
  await client.query('checkpoint')
  return { service: service.name, tables: own, walFrom: rows[0]?.lsn ?? '' }
}

/** The tables with something personal, and builds of projections beside the live ones. */
async function tablesThere(client: pg.Client, service: Service): Promise<string[]> {
  const beside = Object.values(projectionSchemasOf(service))
  const names = personalTablesOf(service).flatMap(({ table, isProjection }) =>
    [service.schema, ...(isProjection ? beside : [])].map(
      (schema) => `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)}`,
    ),
  )
  const { rows } = await client.query<{ name: string }>(
    'select n.name from unnest($1::text[]) with ordinality as n (name, place) where to_regclass(n.name) is not null order by n.place',
    [names],
  )
  return rows.map(({ name }) => name)
}
