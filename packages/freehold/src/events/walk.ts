import { setTimeout as sleep } from 'node:timers/promises'
import type { EventFilter, EventReader, PlacedEvent } from './event-reader.js'

const pollEveryMs = 250

/** The first events after a position that are wanted. */
export async function eventsAfter(
  reader: EventReader,
  after: number,
  limit: number,
  filter: EventFilter,
): Promise<PlacedEvent[]> {
  const found: PlacedEvent[] = []
  const first = await reader.segment({ position: after + 1 })
  const last = await reader.segment()
  if (first === undefined || last === undefined) return found
  for (let number = first.number; number <= last.number && found.length < limit; number += 1)
    found.push(...(await reader.read(number, after, filter)))
  return found.slice(0, limit)
}

/** The last events that are wanted, in their order. */
export async function lastEvents(
  reader: EventReader,
  limit: number,
  filter: EventFilter,
): Promise<PlacedEvent[]> {
  let found: PlacedEvent[] = []
  const last = await reader.segment()
  for (let number = last?.number ?? 0; number > 0 && found.length < limit; number -= 1)
    found = [...(await reader.read(number, 0, filter)), ...found]
  return found.slice(-limit)
}

/** Events after a position as they are sealed, without end. */
export async function* followedEvents(
  reader: EventReader,
  after: number,
  filter: EventFilter,
): AsyncGenerator<PlacedEvent> {
  let position = after
  for (;;) {
    const next = await reader.segment({ position: position + 1 })
    if (next === undefined) await sleep(pollEveryMs)
    else {
      yield* await reader.read(next.number, position, filter)
      position = next.firstPosition + next.rowCount - 1
    }
  }
}
