import { FreeholdError } from '@freehold/manifest/errors'
import { sqlFile } from '../provisioning/sql-files.js'
import type { ServiceSession } from '../sessions/index.js'
import type { ParkedAction, ParkedAt, ParkedEvent, ParkedKey, Reason } from './parked-event.js'

/** The parked events of the consumers of one service. */
export interface Parked {
  /** Keys that wait, those that wait longest first; 100 when `limit` is absent. */
  list(filter?: Partial<ParkedAt> & { limit?: number }): Promise<ParkedKey[]>
  /** The consumers that have parked events of a key, ever. */
  consumersOf(at: Pick<ParkedAt, 'key'> & Partial<ParkedAt>): Promise<Omit<ParkedAt, 'key'>[]>
  /** Events of a key in their order, also those that are settled; 100 when `limit` is absent. */
  show(at: ParkedAt, options?: { limit?: number }): Promise<ParkedEvent[]>
  /** The one at a position, if it waits. */
  event(at: ParkedAt & { position: number }): Promise<ParkedEvent['event']>
  /** Has the consumer try the events of a key again, in their order. It does so within a second or two. */
  retry(at: ParkedAt, reason: Pick<Reason, 'who'> & Partial<Reason>): Promise<number>
  /** Replaces the data of an event. What it was before is recorded. */
  edit(at: ParkedAt & { position: number; data: unknown }, reason: Reason): Promise<void>
  /** Gives up one event, or all of the key. The rest waits until it is tried again; a key without rest goes on. */
  discard(at: ParkedAt & { position?: number }, reason: Reason): Promise<number>
}

/**
 * What is parked by the consumers of a service, and what can be done about it. Everything is recorded.
 *
 * @param session - The service's own database.
 * @param service - Its name.
 * @returns Functions that change something throw FreeholdError `FREEHOLD_PARKED_UNKNOWN` when nothing of that name
 *   waits, `FREEHOLD_PARKED_REASON_MISSING` without who and why.
 */
export function parkedEvents(session: ServiceSession, service: string): Parked {
  const run = <Row extends object>(file: string, values: unknown[]) =>
    session.query<Row>(sqlFile(`parked/${file}.sql`), values)
  const named = ({ consumer, source, key }: ParkedAt): string[] => [service, consumer, source, key]
  const change = async (
    file: string,
    at: ParkedAt & { position?: number | null },
    values: unknown[],
  ): Promise<number> => {
    const { rows } = await run<{ changed: number | string }>(file, [...named(at), ...values])
    const changed = Number(rows[0]?.changed ?? 0)
    if (changed === 0) throw unknown(service, at)
    return changed
  }
  return {
    async list({ consumer = null, source = null, key = null, limit = 100 }: ListFilter = {}) {
      return (await run<KeyRow>('list-keys', [service, consumer, source, key, limit])).rows.map(keyOf)
    },
    async consumersOf({ key, consumer, source }) {
      const values = [service, key, consumer ?? null, source ?? null]
      return (await run<Omit<ParkedAt, 'key'>>('consumers-of-key', values)).rows
    },
    async show(at, { limit = 100 } = {}) {
      return (await run<EventRow>('show-key', [...named(at), limit])).rows.map(eventOf)
    },
    async event({ position, ...at }) {
      const text = `select e.event from freehold.parked_event e
        where e.service = $1 and e.consumer = $2 and e.source = $3 and e.key = $4 and e.position = $5
          and e.state in ('parked', 'retry')`
      const { rows } = await session.query<Pick<ParkedEvent, 'event'>>(text, [...named(at), position])
      const [row] = rows
      if (row === undefined) throw unknown(service, { ...at, position })
      return row.event
    },
    async retry(at, { who, why = null }) {
      requireReason(who)
      return change('retry-key', at, [who, why])
    },
    async edit({ position, data, ...at }, { who, why }) {
      requireReason(who, why)
      await change('edit-event', { ...at, position }, [who, why, position, JSON.stringify(data ?? null)])
    },
    async discard({ position = null, ...at }: ParkedAt & { position?: number | null }, { who, why }) {
      requireReason(who, why)
      return change('discard-events', { ...at, position }, [who, why, position])
    },
  }
}

interface ListFilter {
  readonly consumer?: string | null
  readonly source?: string | null
  readonly key?: string | null
  readonly limit?: number
}

interface KeyRow extends Omit<ParkedKey, 'events' | 'position' | 'parkedAt' | 'isRetried'> {
  readonly events: number | string
  readonly position: number | string
  readonly parked_at: Date
  readonly is_retried: boolean
}

function keyOf({ events, position, parked_at, is_retried, ...row }: KeyRow): ParkedKey {
  return {
    ...row,
    events: Number(events),
    position: Number(position),
    parkedAt: parked_at,
    isRetried: is_retried,
  }
}

interface EventRow {
  readonly event: ParkedEvent['event']
  readonly error: string | null
  readonly attempts: number
  readonly state: ParkedEvent['state']
  readonly parked_at: Date
  readonly settled_at: Date | null
  readonly actions: readonly (Omit<ParkedAction, 'at'> & { readonly at: string })[]
}

function eventOf({ event, error, attempts, state, parked_at, settled_at, actions }: EventRow): ParkedEvent {
  return {
    event,
    error,
    attempts,
    state,
    parkedAt: parked_at,
    settledAt: settled_at,
    actions: actions.map((action) => ({ ...action, at: new Date(action.at) })),
  }
}

function requireReason(...said: string[]): void {
  if (said.every((text) => text.trim() !== '')) return
  throw new FreeholdError('FREEHOLD_PARKED_REASON_MISSING', {
    message: 'Something was to be done to a parked event without saying who does it and why.',
  })
}

function unknown(
  service: string,
  { position, ...at }: ParkedAt & { position?: number | null },
): FreeholdError {
  const what = typeof position === 'number' ? `No event at ${position}` : 'Nothing'
  return new FreeholdError('FREEHOLD_PARKED_UNKNOWN', {
    message: `${what} of the key "${at.key}" waits at "${service}.${at.consumer}" of "${at.source}".`,
    details: { service, ...at, ...(typeof position === 'number' && { position }) },
  })
}
