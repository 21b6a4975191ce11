import { FreeholdError } from '@freehold/manifest/errors'
import type { NamedStatement, Queryable } from '../database/index.js'
import type { Parked, ParkedAction, ParkedAt, ParkedEvent, ParkedKey } from './parked-types.js'
import { unparked, type ParkedJson } from './parking.js'
import * as statements from './parked-statements.js'

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
