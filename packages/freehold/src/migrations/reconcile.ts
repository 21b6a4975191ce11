import { FreeholdError } from '@freehold/manifest/errors'
import { displayPath } from './display-path.js'
import { begunProblems } from './begun-problems.js'
import { fileNameOf, type MigrationFile } from './migration-file.js'
import type { AppliedMigration, MigrationRecords } from './records.js'

/** How the files and the records of a service stand to each other. */
export interface Reconciliation {
  /** In the order in which they will run. */
  readonly pending: readonly MigrationFile[]
  /** Each contradiction between a record and the files. */
  readonly problems: readonly FreeholdError[]
}

/** Compares what lies in the folder with what was applied, and with what was begun. */
export function reconcile(
  directory: string,
  files: readonly MigrationFile[],
  records: MigrationRecords,
): Reconciliation {
  const { applied } = records
  const recorded = new Set(applied.map(({ number }) => number))
  const pending = files.filter(({ number }) => !recorded.has(number))
  const next = Math.max(0, ...recorded, ...files.map(({ number }) => number)) + 1
  const last = applied.at(-1)
  const problems = [
    ...applied.flatMap((migration) => problemOf({ directory, files, next }, migration) ?? []),
    ...begunProblems({ directory, files, next }, records),
    ...(last
      ? pending.filter(({ number }) => number < last.number).map((file) => outOfOrder(file, last, next))
      : []),
  ]
  return { pending, problems }
}

/** Throws what {@link reconcile} found: one error, which names every contradiction. */
export function refuseProblems(problems: readonly FreeholdError[]): void {
  const [first, ...others] = problems
  if (first === undefined) return
  if (others.length === 0) throw first
  throw new FreeholdError(first.code, {
    message: problems.map(({ message }) => message).join('\n'),
    fix: first.fix,
    details: {
      ...first.details,
      problems: problems.map(({ code, message, details }) => ({ code, message, details })),
    },
  })
}

/** The files of a service, and what they are compared for. */
export interface Folder {
  readonly directory: string
  readonly files: readonly MigrationFile[]
  /** A number that nobody has. */
  readonly next: number
}

/** What was applied is not in the folder. */
export function missing(directory: string, { number, name, appliedAt }: AppliedMigration): FreeholdError {
  const fileName = fileNameOf(number, name)
  return new FreeholdError('FREEHOLD_MIGRATION_MISSING', {
    message: `${fileName} was applied at ${appliedAt} and is not in ${displayPath(directory)}.`,
    details: { file: fileName, number },
  })
}

function problemOf({ directory, files, next }: Folder, applied: AppliedMigration): FreeholdError | undefined {
  const fileName = fileNameOf(applied.number, applied.name)
  const file = files.find(({ number }) => number === applied.number)
  const when = `was applied at ${applied.appliedAt}`
  if (!file) return missing(directory, applied)
  if (file.name !== applied.name && file.checksum !== applied.checksum) {
    return new FreeholdError('FREEHOLD_MIGRATION_NUMBER_TAKEN', {
      message: `${displayPath(file.path)} has the number of ${fileName}, which ${when} and is not in ${displayPath(directory)}.`,
      fix: `Merge the branch that has ${fileName}, and rename ${file.fileName} to ${fileNameOf(next, file.name)}.`,
      details: { file: file.path, number: applied.number, appliedAs: fileName, next },
    })
  }
  if (file.name !== applied.name) {
    return new FreeholdError('FREEHOLD_MIGRATION_RENAMED', {
      message: `${displayPath(file.path)} ${when} as ${fileName}.`,
      details: { file: file.path, number: applied.number, appliedAs: fileName },
    })
  }
  if (file.checksum !== applied.checksum) {
    return new FreeholdError('FREEHOLD_MIGRATION_EDITED', {
      message: `${displayPath(file.path)} ${when} and was edited since.`,
      details: {
        file: file.path,
        number: file.number,
        appliedChecksum: applied.checksum,
        checksum: file.checksum,
      },
    })
  }
  return undefined
}

function outOfOrder(file: MigrationFile, last: AppliedMigration, next: number): FreeholdError {
  const lastFile = fileNameOf(last.number, last.name)
  return new FreeholdError('FREEHOLD_MIGRATION_OUT_OF_ORDER', {
    message: `${displayPath(file.path)} was never applied, and ${lastFile}, which comes after it, was at ${last.appliedAt}.`,
    fix: `Rename ${file.fileName} to ${fileNameOf(next, file.name)}, so that it comes last everywhere.`,
    details: { file: file.path, number: file.number, appliedLast: lastFile, next },
  })
}
