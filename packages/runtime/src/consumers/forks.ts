import type { FreeholdError } from '@freehold/manifest/errors'
import type { Database } from '../database/index.js'
import { prepared } from '../statements/prepared.js'
import { named, type Lane, type Subscriber } from './lane.js'
import type { LaneStore } from './lane-store.js'
import type { ConsumerOptions } from './options.js'

/** What was parked of the other life is not of this one. Given with the cursor's lanes, so that only their owner does it. */
const discardBeyond = prepared(
  `with gone as (
     update freehold.parked_event
     set state = 'discarded', settled_at = clock_timestamp()
     where service = $1 and consumer = $2 and source = $3 and lane = any ($4::integer[]) and position > $5
       and state in ('parked', 'retry')
     returning id, key, position
   )
   insert into freehold.parked_action (service, consumer, source, key, position, parked_event, action, who, why)
   select $1, $2, $3, g.key, g.position, g.id, 'discard', 'freehold', 'The log of the publisher has parted from it.'
   from gone g`,
)

/** Without an event between them, so many are one that does not help. */
const mostReplays = 3

/** What is done when the log of the publisher turns out to be another one: tells it, and goes back if it shall. */
export function forking(
  { db, onFork = 'stop', onForked }: Pick<ConsumerOptions, 'db' | 'onFork' | 'onForked'>,
  store: LaneStore,
  subscriber: Subscriber,
): (error: FreeholdError, lanes: readonly Lane[]) => Promise<boolean> {
  let replays = 0
  let replayedTo: number | undefined
  return async (error, lanes) => {
    onForked?.(error)
    const position = forkPositionOf(error)
    if (onFork === 'stop' || position === undefined) return false
    replays = replayedTo === position ? replays + 1 : 1
    replayedTo = position
    if (replays > mostReplays) return false
    await replayFrom(db, store, subscriber, lanes, position)
    return true
  }
}

function forkPositionOf({ details }: FreeholdError): number | undefined {
  const { forkPosition } = details
  return Number.isSafeInteger(forkPosition) && Number(forkPosition) >= 0 ? Number(forkPosition) : undefined
}

/**
 * Sets lanes back to where the lives of a log part. What they had of the other life is not undone: what the new life
 * has in its place comes on top of it.
 */
async function replayFrom(
  db: Database,
  store: LaneStore,
  subscriber: Subscriber,
  lanes: readonly Lane[],
  forkPosition: number,
): Promise<void> {
  await db.transaction(async (tx) => {
    const numbers = lanes.map(({ lane }) => lane)
    await tx.query({ ...discardBeyond, values: [...named(subscriber), numbers, forkPosition] })
    for (const lane of lanes) {
      const position = Math.min(lane.cursor.position, forkPosition)
      // Neither the segment nor the epoch need be known there: the position is what both lives have.
      await store.move(tx, [lane], { position, segment: null, epoch: null })
    }
  })
}
