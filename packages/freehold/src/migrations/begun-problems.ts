import { FreeholdError } from '@freehold/manifest/errors'
import { displayPath } from './display-path.js'
import { begunNumbers, earlierWork, type EarlierWork } from './earlier-work.js'
import { fileNameOf } from './migration-file.js'
import type { Folder } from './reconcile.js'
import type { MigrationRecords } from './records.js'

const rest = 'What is not done of it may be mended or left out.'

/**
 * What was begun and is not the file that has its number now. Nobody could go on with it: the half that is done would be
 * forgotten, or taken for the other file's.
 */
export function begunProblems(folder: Folder, records: MigrationRecords): FreeholdError[] {
  return begunNumbers(records).flatMap(
    (number) => problemOf(folder, number, earlierWork(records, number)) ?? [],
  )
}

/** What was begun is not in the folder. */
export function begunAndMissing(directory: string, number: number, work: EarlierWork): FreeholdError {
  const { start } = work
  const file = start ? fileNameOf(number, start.name) : `Migration ${number}`
  return new FreeholdError('FREEHOLD_MIGRATION_MISSING', {
    message: `${file} ${whatBegan(work)} and is not in ${displayPath(directory)}.`,
    fix: `Restore the file. ${rest}`,
    details: { number, ...(start && { file }), done: work.steps.map(({ step }) => step) },
  })
}

function problemOf(
  { directory, files, next }: Folder,
  number: number,
  work: EarlierWork,
): FreeholdError | undefined {
  const file = files.find((each) => each.number === number)
  if (!file) return begunAndMissing(directory, number, work)
  const { start } = work
  // Its statements are compared by themselves: those that are not done may be mended.
  if (!start || start.name === file.name) return undefined
  const begunAs = fileNameOf(number, start.name)
  const details = { file: file.path, number, begunAs, done: work.steps.map(({ step }) => step) }
  if (start.checksum === file.checksum) {
    return new FreeholdError('FREEHOLD_MIGRATION_RENAMED', {
      message: `${begunAs} ${whatBegan(work)} and is ${displayPath(file.path)} now.`,
      details,
    })
  }
  return new FreeholdError('FREEHOLD_MIGRATION_NUMBER_TAKEN', {
    message: `${displayPath(file.path)} has the number of ${begunAs}, which ${whatBegan(work)} and is not in ${displayPath(directory)}.`,
    fix: `Rename ${file.fileName} to ${fileNameOf(next, file.name)}, and restore ${begunAs}. ${rest}`,
    details: { ...details, next },
  })
}

function whatBegan({ start, steps, attempts, backfills }: EarlierWork): string {
  const open = attempts.find(({ event }) => event === 'begun')
  const passed = backfills.find(({ batches }) => batches > 0)
  const [first] = steps
  const state =
    steps.length > 1
      ? `its statements ${steps.map(({ step }) => step).join(', ')} are done`
      : first
        ? `its statement ${first.step} is done`
        : open
          ? `the end of its statement ${open.step} is open`
          : `its statement ${passed?.step} has passed ${passed?.rowsDone} rows`
  return `was begun${start ? ` at ${start.startedAt}` : ''} and not finished (${state})`
}
