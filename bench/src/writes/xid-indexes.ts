import type { Contender } from '../measure/contender.js'
import type { Closing } from '../stage/closing.js'
import { benchService } from '../stage/ownership.js'
import { onDatabase } from '../stage/on-database.js'
import type { Stage } from '../stage/stage.js'
import { guaranteedWrite } from './contenders.js'
import { fillNotes } from './rows.js'

/** Freehold's write to logs that no sealer could read quickly: what their indexes on `xid` cost. */
export async function withoutXidIndexes(stage: Stage, closing: Closing): Promise<Contender> {
  const databases = await stage.clone()
  await onDatabase(databases.adminUrl('bench'), async (client) => {
    for (const [table, { mutability }] of Object.entries(benchService.owns))
      if (mutability === 'immutable') await client.query(`drop index bench.${table}_freehold_xid`)
  })
  const url = databases.appUrl('bench')
  await fillNotes(url)
  return guaranteedWrite('freehold, logs without index on xid', url, closing)
}
