import { FreeholdError } from '@freehold/manifest/errors'
import { sqlFile } from '../provisioning/sql-files.js'
import type { ServiceSession } from '../sessions/index.js'
import type { ConsumerCursor, ConsumerMove, LogCursor, Moved } from './consumer-cursor.js'

/** Which consumer of the service is meant. */
interface Which {
  readonly consumer: string
  /** May be absent where it consumes the events of one service only. */
  readonly source?: string | undefined
}

/** The consumers of one service, and where they stand. */
export interface ConsumerCursors {
  /** By their names. */
  list(filter?: Partial<Which>): Promise<ConsumerCursor[]>
  /** The one that is meant. */
  find(which: Which): Promise<ConsumerCursor>
  /**
   * Sets all lanes of a consumer to one place. What was handled beyond it is handled again; what is passed over never is.
   *
   * @param to - Of the log as it is now: see `publishedLog`.
   */
  move(which: Which, to: LogCursor, reason: { who: string; why: string }): Promise<Moved>
}

/**
 * Where the consumers of a service stand. A move is recorded with who and why.
 *
 * @param session - The service's own database.
 * @param service - Its name.
 * @returns Functions that throw FreeholdError `FREEHOLD_CONSUMER_UNKNOWN` when none or several are meant; `move` also
 *   `FREEHOLD_CONSUMER_IN_USE` while a process holds a lane, `FREEHOLD_CONSUMER_REASON_MISSING` without who and why.
 */
export function consumerCursors(session: ServiceSession, service: string): ConsumerCursors {
  const list = async ({ consumer, source }: Partial<Which> = {}): Promise<ConsumerCursor[]> => {
    const values = [service, consumer ?? null, source ?? null]
    return (await session.query<CursorRow>(sqlFile('consumers/list.sql'), values)).rows.map(cursorOf)
  }
  const find = async (which: Which): Promise<ConsumerCursor> => {
    const [found, ...others] = await list(which)
    if (found !== undefined && others.length === 0) return found
    throw unknown(
      service,
      which,
      [found, ...others].flatMap((one) => one?.source ?? []),
    )
  }
  return {
    list,
    find,
    async move(which, to, { who, why }) {
      if ([who, why].some((said) => said.trim() === '')) throw reasonMissing()
      const { consumer, source } = await find(which)
      const values = [service, consumer, source, to.position, to.segment, to.epoch, who, why]
      const [row] = (await session.query<MoveRow>(sqlFile('consumers/move.sql'), values).catch(unlessInUse))
        .rows
      if (row === undefined || Number(row.held) > 0) throw inUse(service, consumer, source)
      return {
        consumer,
        source,
        from: Number(row.position),
        to: to.position,
        discarded: Number(row.discarded),
      }
    },
  }
}

interface CursorRow extends Pick<ConsumerCursor, 'consumer' | 'source' | 'lanes' | 'segments'> {
  readonly position: number | string
  readonly held: number | string
  readonly instances: number | string
  readonly parked: number | string
  readonly last_move: (Omit<ConsumerMove, 'at'> & { readonly at: string }) | null
}

interface MoveRow {
  readonly held: number | string
  readonly discarded: number | string
  readonly position: number | string
}

function cursorOf({ position, held, instances, parked, last_move, ...row }: CursorRow): ConsumerCursor {
  return {
    ...row,
    position: Number(position),
    held: Number(held),
    instances: Number(instances),
    parked: Number(parked),
    lastMove: last_move && { ...last_move, at: new Date(last_move.at) },
  }
}

/** A lane that is locked is being written by whoever holds it. */
function unlessInUse(error: unknown): { rows: MoveRow[] } {
  if (error instanceof Error && 'code' in error && error.code === '55P03') return { rows: [] }
  throw error
}

function inUse(service: string, consumer: string, source: string): FreeholdError {
  return new FreeholdError('FREEHOLD_CONSUMER_IN_USE', {
    message: `"${service}.${consumer}" of "${source}" is held by a process, and was not moved.`,
    details: { service, consumer, source },
  })
}

function reasonMissing(): FreeholdError {
  return new FreeholdError('FREEHOLD_CONSUMER_REASON_MISSING', {
    message: 'A consumer was to be moved without saying who does it and why.',
  })
}

function unknown(service: string, { consumer, source }: Which, sources: readonly string[]): FreeholdError {
  const ofSource = source === undefined ? '' : ` of "${source}"`
  const what = sources.length === 0 ? 'has never run' : `hears several services: ${sources.join(', ')}`
  return new FreeholdError('FREEHOLD_CONSUMER_UNKNOWN', {
    message: `The consumer "${service}.${consumer}"${ofSource} ${what}.`,
    details: { service, consumer, ...(source !== undefined && { source }), sources },
  })
}
