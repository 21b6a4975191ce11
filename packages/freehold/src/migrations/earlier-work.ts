import { contractedName, type MigrationDirectives } from './directives.js'
import type { Attempt, BackfillProgress, FinishedStep, MigrationRecords, MigrationStart } from './records.js'
import type { ParsedMigration } from './statements.js'

type Work = Pick<MigrationRecords, 'starts' | 'steps' | 'attempts' | 'backfills'>

/** What earlier runs did of a migration that is not applied. */
export interface EarlierWork {
  /** The file that they had, as far as that is recorded. */
  readonly start?: MigrationStart
  readonly steps: readonly FinishedStep[]
  readonly attempts: readonly Attempt[]
  readonly backfills: readonly BackfillProgress[]
  /** Something of it is done or may be: a statement, or a part of a backfill. What the server refused left nothing. */
  readonly isBegun: boolean
}

/** What was done of a number, whatever its file was called. */
export function earlierWork({ starts, steps, attempts, backfills }: Work, number: number): EarlierWork {
  const ofNumber = <T extends { readonly number: number }>(all: readonly T[]): T[] =>
    all.filter((each) => each.number === number)
  const [start] = ofNumber(starts)
  const work = { steps: ofNumber(steps), attempts: ofNumber(attempts), backfills: ofNumber(backfills) }
  const isBegun =
    work.steps.length > 0 ||
    work.attempts.some(({ event }) => event === 'begun') ||
    work.backfills.some(({ batches }) => batches > 0)
  return { ...(start && { start }), ...work, isBegun }
}

/** What was done of a file. What another file of its number tried and did not do, is no concern of this one. */
export function earlierWorkOf(
  work: Work,
  { number, name }: Pick<ParsedMigration, 'number' | 'name'>,
): EarlierWork {
  const found = earlierWork(work, number)
  const isAnothers = found.start !== undefined && found.start.name !== name && !found.isBegun
  return isAnothers ? { steps: [], attempts: [], backfills: [], isBegun: false } : found
}

/** The numbers that were begun and are not applied. */
export function begunNumbers(work: Work): number[] {
  const numbers = [...work.steps, ...work.attempts, ...work.backfills].map(({ number }) => number)
  return [...new Set(numbers)]
    .filter((number) => earlierWork(work, number).isBegun)
    .toSorted((one, other) => one - other)
}

/** Whether it is the same contract step that has waited already: what it takes away may be gone by now. */
export function hasWaited(
  { start, isBegun }: EarlierWork,
  { contract }: Pick<MigrationDirectives, 'contract'>,
): boolean {
  if (!isBegun) return false
  return start === undefined || contract === undefined || start.contracts === contractedName(contract)
}
