import type { Database } from '../database/index.js'
import { named, type Subscriber } from '../consumers/lane.js'
import { prepared } from '../statements/prepared.js'

/** $4: the new owner, $5: the lease in milliseconds. In the order of the lanes, so that two do not wait for each other. */
const seizing = prepared(
  `update freehold.consumer_lane l
   set owner = $4, fence = l.fence + 1, lease_until = clock_timestamp() + $5::integer * interval '1 millisecond'
   from (
     select f.lane from freehold.consumer_lane f
     where f.service = $1 and f.consumer = $2 and f.source = $3
     order by f.lane
     for update
   ) all_lanes
   where l.service = $1 and l.consumer = $2 and l.source = $3 and l.lane = all_lanes.lane`,
)

/** Takes all lanes of a consumer from whoever holds them. What those are at is not stored: they are fenced. */
export async function seize(
  db: Database,
  subscriber: Subscriber,
  instance: string,
  leaseMs: number,
): Promise<void> {
  await db.query({ ...seizing, values: [...named(subscriber), instance, leaseMs] })
}
