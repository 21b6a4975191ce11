import { setTimeout as sleep } from 'node:timers/promises'
import { FreeholdError } from '@freehold/manifest/errors'
import type { EventFilter, EventReader, PlacedEvent } from './event-reader.js'

const pollEveryMs = 250

/**
 * The first events after a position that are wanted.
 *
 * @throws FreeholdError `FREEHOLD_EVENTS_ARCHIVED` when some of them were archived.
 */
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
  // Looked at afterwards: a partition may go meanwhile.
  await requireKept(reader, after)
  return found.slice(0, limit)
}

async function requireKept(reader: EventReader, after: number): Promise<void> {
  const keptAfter = await reader.keptAfter()
  if (after >= keptAfter) return
  throw new FreeholdError('FREEHOLD_EVENTS_ARCHIVED', {
    message: `What comes after position ${after} was archived; the first event that is there is at ${keptAfter + 1}.`,
    details: { after, firstPosition: keptAfter + 1 },
  })
}

/** The last events that are wanted and were not archived, in their order. */
export async function lastEvents(
  reader: EventReader,
  limit: number,
  filter: EventFilter,
): Promise<PlacedEvent[]> {
  let found: PlacedEvent[] = []
  const keptAfter = await reader.keptAfter()
  const oldest = await reader.segment({ position: keptAfter + 1 })
  const last = await reader.segment()
  const end = oldest?.number ?? Infinity
  for (let number = last?.number ?? 0; number >= end && found.length < limit; number -= 1)
    found = [...(await reader.read(number, keptAfter, filter)), ...found]
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
      const events = await reader.read(next.number, position, filter)
      await requireKept(reader, position)
      yield* events
      position = next.firstPosition + next.rowCount - 1
    }
  }
}
