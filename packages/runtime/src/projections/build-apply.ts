import { FreeholdError } from '@freehold/manifest/errors'
import pg from 'pg'
import type { Apply } from '../consumers/index.js'
import type { Queryable } from '../database/index.js'
import { identifier } from '../statements/identifier.js'
import { prepared } from '../statements/prepared.js'

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
  return async (tx, events) => {
    const entered = enter(tx, target)
    // The handlers' statements follow in the same round trip. If entering fails, so do they, and it says why.
    entered.catch(() => undefined)
    try {
      await apply(tx, events)
    } catch (error) {
      await entered
      throw target.place === 'live' ? error : (sideEffectIn(error, target) ?? error)
    }
    await entered
  }
}

async function enter(tx: Queryable, target: Target): Promise<void> {
  const { service, table, build, place, besideSchema } = target
  const statements = [
    ...(place === 'building'
      ? [tx.query({ ...beside, values: [`${identifier(besideSchema)}, pg_temp`, table] })]
      : []),
    tx.query(`lock table ${identifier(table)} in row exclusive mode`),
    tx.query({ ...inPlace, values: [service, table, build, place] }),
  ]
  const results = await Promise.allSettled(statements)
  const failure = results.find((result) => result.status === 'rejected')
  if (failure !== undefined && !isUndefined(failure.reason)) throw failure.reason
  const last = results.at(-1)
  if (last?.status === 'fulfilled' && last.value.rows.length === 1) return
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

function sideEffectIn(error: unknown, { table, build }: Target): FreeholdError | undefined {
  if (!(error instanceof pg.DatabaseError)) return undefined
  if (!isUndefined(error) && error.constraint !== 'projection_side_effect') return undefined
  return new FreeholdError('FREEHOLD_PROJECTION_SIDE_EFFECT', {
    message: `A handler of the projection "${table}" does more than write its table, and cannot be used for build ${build}: ${error.message}.`,
    details: { table, build },
    cause: error,
  })
}
