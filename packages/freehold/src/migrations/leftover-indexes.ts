import { FreeholdError } from '@freehold/manifest/errors'
import type { MigrationRecords } from './records.js'
import type { Statement } from './statements.js'

/**
 * Indexes that a statement which failed has left, and that nothing which is pending makes anew: writes pay for them, a unique
 * one refuses rows, and no query is served.
 *
 * @param pending - The statements that will run.
 */
export function leftoverIndexes(
  { unusableIndexes }: Pick<MigrationRecords, 'unusableIndexes'>,
  pending: readonly Pick<Statement, 'text' | 'outside'>[],
): FreeholdError | undefined {
  const left = unusableIndexes.filter((index) => {
    // What REINDEX CONCURRENTLY leaves is called after what it was to replace.
    const name = index.replace(/_cc(?:new|old)\d*$/, '')
    return !pending.some(({ text, outside }) => text.includes(name) || outside?.kind === 'reindex')
  })
  if (left.length === 0) return undefined
  const drops = left.map((name) => `drop index concurrently if exists ${name};`).join(' ')
  return new FreeholdError('FREEHOLD_MIGRATION_INVALID_INDEX', {
    message: `The server does not use ${left.join(', ')}: a statement that failed, or is still at it, has left ${left.length === 1 ? 'it' : 'them'}. Nothing was run.`,
    fix: `Put back the statement that makes it, or write into a migration: ${drops}`,
    details: { indexes: left },
  })
}

/** Whether such an index is an affair of the runner: something is to run, or it tried something that is not done. */
export function looksForLeftovers(records: MigrationRecords, pending: number): boolean {
  return records.unusableIndexes.length > 0 && (pending > 0 || records.attempts.length > 0)
}
