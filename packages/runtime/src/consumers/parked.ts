import { FreeholdError } from '@freehold/manifest/errors'
import type { NamedStatement, Queryable } from '../database/index.js'
import type { Delivered } from '../events/index.js'
import { unparked, type ParkedJson } from './parking.js'
import * as statements from './parked-statements.js'

/** A key that waits: an event of it could not be handled, and those after it are behind it. */
export interface ParkedKey {
  readonly consumer: string
  readonly source: string
  readonly key: string
  /** How many of its events wait. */
  readonly events: number
  /** Of the first of them. */
  readonly position: number
  readonly type: string
  readonly error: string | null
  readonly attempts: number
  readonly parkedAt: Date
  /** Whether somebody has asked for another try, which has not come yet. */
  readonly isRetried: boolean
}

/** What was done to a parked event. */
export interface ParkedAction {
  readonly action: 'retry' | 'edit' | 'discard'
  readonly who: string
  readonly why: string | null
  /** The data before an edit. */
  readonly before: unknown
  readonly at: Date
}

/** An event that is parked, or was. */
export interface ParkedEvent {
  readonly event: Delivered
  /** Null when it is only behind another. */
  readonly error: string | null
  readonly attempts: number
  readonly state: 'parked' | 'retry' | 'applied' | 'discarded'
  readonly parkedAt: Date
  readonly settledAt: Date | null
  readonly actions: readonly ParkedAction[]
}

/** Names a parked key. */
export interface ParkedAt {
  readonly consumer: string
  readonly source: string
  readonly key: string
}

/** Who does something, and why. Both are recorded. */
export interface Reason {
  readonly who: string
  readonly why: string
}

/** The parked events of the consumers of one service. */
export interface Parked {
  /** Keys that wait, those that wait longest first; 100 when `limit` is absent. */
  list(filter?: { consumer?: string; source?: string; limit?: number }): Promise<ParkedKey[]>
  /** Events of a key in their order, also those that are settled; 100 when `limit` is absent. */
  show(at: ParkedAt, options?: { limit?: number }): Promise<ParkedEvent[]>
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
 * @param db - The service's own database.
 * @param service - Its name.
 * @returns Functions that change something throw FreeholdError `FREEHOLD_PARKED_UNKNOWN` when nothing of that name
 *   waits, `FREEHOLD_PARKED_REASON_MISSING` without who and why.
 */
export function parked(db: Queryable, service: string): Parked {
  const named = ({ consumer, source, key }: ParkedAt): string[] => [service, consumer, source, key]
  const change = async (at: ParkedAt, statement: NamedStatement): Promise<number> => {
    const { rows } = await db.query<{ changed: number | string }>(statement)
    const changed = Number(rows[0]?.changed ?? 0)
    if (changed === 0) throw unknown(service, at)
    return changed
  }
  return {
    async list({ consumer, source, limit = 100 } = {}) {
      const values = [service, consumer ?? null, source ?? null, limit]
      return (await db.query<KeyRow>({ ...statements.listKeys, values })).rows.map(keyOf)
    },
    async show(at, { limit = 100 } = {}) {
      const { rows } = await db.query<EventRow>({ ...statements.showKey, values: [...named(at), limit] })
      return rows.map(eventOf)
    },
    async retry(at, { who, why = null }) {
      requireReason(who)
      return change(at, { ...statements.retryKey, values: [...named(at), who, why] })
    },
    async edit({ position, data, ...at }, { who, why }) {
      requireReason(who, why)
      const values = [...named(at), who, why, position, JSON.stringify(data ?? null)]
      await change({ ...at, position } as ParkedAt, { ...statements.editEvent, values })
    },
    async discard({ position, ...at }, { who, why }) {
      requireReason(who, why)
      const values = [...named(at), who, why, position ?? null]
      return change({ ...at, position } as ParkedAt, { ...statements.discardEvents, values })
    },
  }
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
  readonly event: ParkedJson
  readonly error: string | null
  readonly attempts: number
  readonly state: ParkedEvent['state']
  readonly parked_at: Date
  readonly settled_at: Date | null
  readonly actions: readonly (Omit<ParkedAction, 'at'> & { readonly at: string })[]
}

function eventOf({ event, error, attempts, state, parked_at, settled_at, actions }: EventRow): ParkedEvent {
  return {
    event: unparked(event),
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

function unknown(service: string, at: ParkedAt): FreeholdError {
  return new FreeholdError('FREEHOLD_PARKED_UNKNOWN', {
    message: `Nothing of the key "${at.key}" waits at "${service}.${at.consumer}" of "${at.source}".`,
    details: { service, ...at },
  })
}
