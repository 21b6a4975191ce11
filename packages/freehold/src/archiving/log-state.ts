import { databaseOf, serviceNamed } from '@freehold/manifest'
import { asAdministrator } from '../provisioning/administrator.js'
import type { ProvisioningContext } from '../provisioning/plan.js'
import { consumerPlaces, type ConsumerPlace } from './consumers.js'
import type { LogName } from '@freehold/proof'
import { partitionsOf, type Partition } from './partition.js'

/** A file into which a partition went. */
export interface ArchiveEntry {
  readonly from_seq: string
  readonly to_seq: string
  readonly row_count: string
  readonly last_position: string
  readonly backed_up_to: string
  readonly file: string
  readonly who: string
  readonly at: Date
}

/** A log's partitions, its consumers, and what was archived. */
export interface LogState {
  readonly partitions: readonly Partition[]
  readonly consumers: readonly ConsumerPlace[]
  readonly archives: readonly ArchiveEntry[]
}

/** What is there of a log, and who needs it. */
export async function logState(
  context: Pick<ProvisioningContext, 'system' | 'servers'>,
  name: LogName,
): Promise<LogState> {
  const database = databaseOf(context.system, serviceNamed(context.system, name.service))
  return asAdministrator(context.servers.urlFor(name.service), database, async (client) => {
    const { rows: archives } = await client.query<ArchiveEntry>(
      `select a.from_seq, a.to_seq, a.row_count, a.last_position, a.backed_up_to, a.file, a.who, a.at
       from freehold.archive a where a.service = $1 and a.log = $2 order by a.from_seq`,
      [name.service, name.log],
    )
    const consumers = await consumerPlaces(context, client, name)
    return { partitions: await partitionsOf(client, name), consumers, archives }
  })
}
