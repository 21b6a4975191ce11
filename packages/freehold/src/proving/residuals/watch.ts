import type { System } from '@freehold/manifest'
import type pg from 'pg'
import type { ExpectedDatabase } from '../../provisioning/expected.js'
import { sqlFile } from '../../provisioning/sql-files.js'
import { rolesOfAll } from '../traces.js'
import { residualsOf } from './list.js'
import type { Residual } from './residual.js'

/** What SQL cannot prevent on a server, with a look at whether it is happening. */
export async function watch(
  client: pg.Client,
  system: System,
  server: string,
  databases: readonly ExpectedDatabase[],
): Promise<Residual[]> {
  const roles = rolesOfAll(databases.flatMap(({ services }) => services))
  const { rows } = await client.query<{ id: string; is_happening: boolean; says: string }>(
    sqlFile('proving/watchdogs/server.sql'),
    [roles, databases.map(({ name }) => name)],
  )
  const seen = new Map(rows.map(({ id, is_happening: isHappening, says }) => [id, { isHappening, says }]))
  return residualsOf(system.strategy.kind).map((residual) => {
    const watchdog = seen.get(residual.id)
    return { ...residual, server, ...(watchdog && { watchdog }) }
  })
}
