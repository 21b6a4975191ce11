import { setTimeout as delay } from 'node:timers/promises'
import type { Application } from '../consumers/application.js'
import { laneOf } from '../consumers/index.js'
import type { Lane, Routed } from '../consumers/lane.js'
import type { Cursor, Delivery, EventTransport } from '../events/index.js'

/** What is brought where. */
export interface Bringing {
  readonly transport: EventTransport
  /** As the transport knows it: `<service>.<consumer>`. */
  readonly subscriber: string
  readonly source: string
  readonly types: readonly string[]
  /** All lanes of the consumer, held by this process. */
  readonly lanes: readonly Lane[]
  readonly application: Application
  readonly limit: number
  readonly goal: Cursor
  /** By `performance.now()`. */
  readonly deadline: number
}

/**
 * Applies events up to a position, and not one beyond it.
 *
 * @returns Whether all lanes have come there in time.
 */
export async function bringLanes(bringing: Bringing): Promise<boolean> {
  for (const together of groups(bringing.lanes, bringing.goal)) {
    if (!(await bringGroup(bringing, together))) return false
  }
  return true
}

function groups(lanes: readonly Lane[], goal: Cursor): Lane[][] {
  const byPosition = new Map<number, Lane[]>()
  for (const lane of lanes) {
    const { position } = lane.cursor
    if (position < goal.position) byPosition.set(position, [...(byPosition.get(position) ?? []), lane])
  }
  return [...byPosition.values()]
}

async function bringGroup(bringing: Bringing, together: readonly Lane[]): Promise<boolean> {
  const { transport, subscriber, source, types, limit, goal, deadline } = bringing
  let after = together[0]?.cursor ?? goal
  const subscription = await transport.subscribe({ consumer: subscriber, source, types, after })
  try {
    while (after.position < goal.position) {
      const waitMs = Math.max(0, Math.min(1_000, deadline - performance.now()))
      const delivery = await subscription.next({ limit, waitMs })
      if (delivery !== undefined) {
        const to = delivery.cursor.position < goal.position ? delivery.cursor : goal
        if (!(await applyDelivery(bringing, together, delivery, to))) return false
        after = to
        if (to === delivery.cursor) await delivery.done()
      }
      if (after.position < goal.position && performance.now() > deadline) return false
    }
    return true
  } finally {
    await subscription.close()
  }
}

async function applyDelivery(
  { lanes, application, deadline }: Bringing,
  together: readonly Lane[],
  { events }: Delivery,
  to: Cursor,
): Promise<boolean> {
  for (;;) {
    const left = together.filter(({ cursor }) => cursor.position < to.position)
    if (left.length === 0) return true
    // One lane at a time: when one fails, the others are moved, and stand elsewhere.
    for (const lane of left) {
      const routed: Routed[] = events
        .filter(({ position }) => position > lane.cursor.position && position <= to.position)
        .filter(({ subject }) => laneOf(subject, lanes.length) === lane.lane)
        .map((event) => ({ event, lane }))
      await application.apply([lane], routed, to)
    }
    if (left.every(({ cursor }) => cursor.position >= to.position)) return true
    if (performance.now() > deadline) return false
    await delay(50)
  }
}
