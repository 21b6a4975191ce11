import type { Transaction } from '../database/index.js'
import type { Delivered } from '../events/index.js'
import { prepared } from '../statements/prepared.js'
import { named, type Routed, type Subscriber } from './lane.js'

/** Why an event is parked; nothing for one that only came after another. */
export interface Parking {
  readonly error: string | null
  readonly attempts: number
}

const park = prepared(
  `insert into freehold.parked_event (service, consumer, source, lane, key, position, event, error, attempts)
   select $1, $2, $3, e.lane, e.event ->> 'subject', (e.event ->> 'position')::bigint, e.event, $5, $6
   from jsonb_to_recordset($4::text::jsonb) as e (lane integer, event jsonb)`,
)

/** Sets events aside, in the transaction that moves the cursor over them. */
export async function parkEvents(
  tx: Transaction,
  subscriber: Subscriber,
  routed: readonly Routed[],
  { error, attempts }: Parking = { error: null, attempts: 0 },
): Promise<void> {
  const rows = routed.map(({ event, lane }) => ({ lane: lane.lane, event }))
  await tx.query({ ...park, values: [...named(subscriber), JSON.stringify(rows), error, attempts] })
}

/** An event as it was when it was parked. */
export function unparked(event: ParkedJson): Delivered {
  const { correlationId, causationId, traceparent, ...others } = event
  return { ...others, time: new Date(event.time), correlationId, causationId, traceparent }
}

/** What JSON has made of an event: members that were undefined are absent. */
export type ParkedJson = Omit<Delivered, 'time' | 'correlationId' | 'causationId' | 'traceparent'> & {
  readonly time: string
  readonly correlationId: string | undefined
  readonly causationId: string | undefined
  readonly traceparent: string | undefined
}
