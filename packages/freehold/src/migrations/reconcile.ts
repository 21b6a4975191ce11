import { FreeholdError } from '@freehold/manifest/errors'
import { displayPath } from './display-path.js'
import { fileNameOf, type MigrationFile } from './migration-file.js'
import type { AppliedMigration } from './records.js'

/** How the files and the records of a service stand to each other. */
export interface Reconciliation {
  /** In the order in which they will run. */
  readonly pending: readonly MigrationFile[]
  /** Each contradiction between a record and the files. */
  readonly problems: readonly FreeholdError[]
}

/** Compares what lies in the folder with what was applied. */
export function reconcile(
  directory: string,
  files: readonly MigrationFile[],
  applied: readonly AppliedMigration[],
): Reconciliation {
  const recorded = new Set(applied.map(({ number }) => number))
  const problems = applied.flatMap((migration) => problemOf(directory, files, migration) ?? [])
  return { pending: files.filter(({ number }) => !recorded.has(number)), problems }
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

function problemOf(
  directory: string,
  files: readonly MigrationFile[],
  applied: AppliedMigration,
): FreeholdError | undefined {
  const fileName = fileNameOf(applied.number, applied.name)
  const file = files.find(({ number }) => number === applied.number)
  const when = `was applied at ${applied.appliedAt}`
  if (!file) {
    return new FreeholdError('FREEHOLD_MIGRATION_MISSING', {
      message: `${fileName} ${when} and is not in ${displayPath(directory)}.`,
      details: { file: fileName, number: applied.number },
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
