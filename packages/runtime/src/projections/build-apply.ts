import { FreeholdError } from '@freehold/manifest/errors'
import pg from 'pg'
import type { Apply } from '../consumers/index.js'
import type { Queryable } from '../database/index.js'
import { identifier } from '../statements/identifier.js'
import { prepared } from '../statements/prepared.js'
import { writesOutside, writtenBetween, type Writes } from './side-effects.js'

/** A build that events are applied to. */
export interface Target {
  readonly service: string
  readonly table: string
  readonly build: number
  readonly place: 'live' | 'building'
  /** The schema of builds beside the live ones. */
  readonly besideSchema: string
}

const inPlace = prepared(
  `select 1 from freehold.projection_build
   where service = $1 and projection = $2 and build = $3 and state = $4`,
)

/** Names then mean tables of builds alone, and `freehold.append_event` refuses. */
const beside = prepared(
  `select set_config('search_path', $1, true), set_config('freehold.rebuilding', $2, true)`,
)

/**
 * The effect upon one build. Its table is locked against a swap first, and only then is it asked whether the build
 * still is in its place: so nothing is written into a table that was exchanged for another meanwhile.
 */
export function applyTo(target: Target, apply: Apply): Apply {
  return target.place === 'live' ? applyToLive(target, apply) : applyBeside(target, apply)
}

function applyToLive(target: Target, apply: Apply): Apply {
  return async (tx, events) => {
    await togetherWith(enter(tx, target), () => apply(tx, events))
  }
}

/** What the handlers do beyond the table of the build has been done, by the live one, when the events happened. */
function applyBeside(target: Target, apply: Apply): Apply {
  return async (tx, events) => {
    const { besideSchema, table } = target
    const moved = tx.query({ ...beside, values: [`${identifier(besideSchema)}, pg_temp`, table] })
    const counted = writesOutside(tx, besideSchema)
    const entered = Promise.all([moved, counted, enter(tx, target)])
    try {
      await togetherWith(entered, () => apply(tx, events))
    } catch (error) {
      throw isSideEffect(error) ? sideEffect(target, error.message, error) : error
    }
    const [, before] = await entered
    refuseWrites(target, before, await writesOutside(tx, besideSchema))
  }
}

/** The work's statements follow in the same round trip. If entering fails, so do they, and it says why. */
async function togetherWith(entered: Promise<unknown>, work: () => Promise<unknown>): Promise<void> {
  entered.catch(() => undefined)
  try {
    await work()
  } finally {
    await entered
  }
}

async function enter(tx: Queryable, target: Target): Promise<void> {
  const { service, table, build, place } = target
  const [locked, found] = await Promise.allSettled([
    tx.query(`lock table ${identifier(table)} in row exclusive mode`),
    tx.query({ ...inPlace, values: [service, table, build, place] }),
  ])
  if (locked.status === 'rejected' && !isUndefined(locked.reason)) throw locked.reason
  if (found.status === 'fulfilled' && found.value.rows.length === 1) return
  throw new FreeholdError('FREEHOLD_PROJECTION_MOVED', {
    message: `Build ${build} of the projection "${table}" is not ${place} any more.`,
    details: { service, table, build, place },
  })
}

/** What a name that is not there, of a table or of something else, is to PostgreSQL. */
const undefinedStates = ['42P01', '3F000', '42883', '42704']

function isUndefined(error: unknown): boolean {
  return error instanceof pg.DatabaseError && undefinedStates.includes(error.code ?? '')
}

function isSideEffect(error: unknown): error is pg.DatabaseError {
  return (
    isUndefined(error) || (error instanceof pg.DatabaseError && error.constraint === 'projection_side_effect')
  )
}

function refuseWrites(target: Target, before: Writes, after: Writes): void {
  const written = writtenBetween(before, after)
  if (written.length > 0) throw sideEffect(target, `it has written ${written.join(', ')}`)
}

function sideEffect({ table, build }: Target, what: string, cause?: Error): FreeholdError {
  return new FreeholdError('FREEHOLD_PROJECTION_SIDE_EFFECT', {
    message: `A handler of the projection "${table}" does more than write its table, and cannot be used for build ${build}: ${what}.`,
    details: { table, build },
    ...(cause && { cause }),
  })
}
