import type { Queryable } from '../database/index.js'
import { prepared } from '../statements/prepared.js'
import { refused } from './refused.js'

const open = prepared('select freehold.open_projection($1)')
const begin = prepared('select freehold.begin_rebuild($1) as build')
const swap = prepared('select freehold.swap_projection($1, $2)')
const rollback = prepared('select freehold.rollback_projection($1)')
const discard = prepared('select freehold.discard_build($1) as build')

/** Makes the table that there is the first build of its projection, when it has none. */
export async function openProjection(db: Queryable, table: string): Promise<void> {
  await asked(db, table, { ...open, values: [table] })
}

/**
 * Wishes that a projection is built anew. A running service notices it within its `pollMs`.
 *
 * @param db - The service's own database, or a transaction of it.
 * @returns The number of the build: a new one, or the one that is under way.
 * @throws FreeholdError `FREEHOLD_PROJECTION_RETIRED`, `FREEHOLD_PROJECTION_OBSTACLES`.
 */
export async function beginRebuild(db: Queryable, table: string): Promise<number> {
  const rows = await asked<{ build: number }>(db, table, { ...begin, values: [table] })
  return rows[0]?.build ?? 0
}

/**
 * Puts the rebuild into the place of the live build, in one transaction, when both stand at one position.
 *
 * @param options - `digest`: of the rebuild as it was verified.
 * @throws FreeholdError `FREEHOLD_PROJECTION_BEHIND` when they do not stand at one position,
 *   `FREEHOLD_PROJECTION_UNVERIFIED`, `FREEHOLD_PROJECTION_CHANGED`, `FREEHOLD_PROJECTION_IN_USE`,
 *   `FREEHOLD_PROJECTION_NOT_FOUND`.
 */
export async function swapProjection(
  db: Queryable,
  table: string,
  { digest }: { readonly digest: string },
): Promise<void> {
  await asked(db, table, { ...swap, values: [table, digest] })
}

/**
 * Puts the build that was replaced into the live one's place again. That one is beside it then, as a rebuild.
 *
 * @throws FreeholdError `FREEHOLD_PROJECTION_NOT_FOUND` when none is kept, `FREEHOLD_PROJECTION_CHANGED`,
 *   `FREEHOLD_PROJECTION_IN_USE`.
 */
export async function rollbackProjection(db: Queryable, table: string): Promise<void> {
  await asked(db, table, { ...rollback, values: [table] })
}

/**
 * Drops the build beside a projection: the rebuild, or the one that was replaced.
 *
 * @returns Its number; undefined when there was none.
 * @throws FreeholdError `FREEHOLD_PROJECTION_IN_USE` when somebody keeps its table for some seconds.
 */
export async function discardBuild(db: Queryable, table: string): Promise<number | undefined> {
  const rows = await asked<{ build: number | null }>(db, table, { ...discard, values: [table] })
  return rows[0]?.build ?? undefined
}

async function asked<Row extends object>(
  db: Queryable,
  table: string,
  statement: { name: string; text: string; values: unknown[] },
): Promise<Row[]> {
  try {
    return (await db.query<Row>(statement)).rows
  } catch (error) {
    throw refused(error, table)
  }
}
