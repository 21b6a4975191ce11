import { join } from 'node:path'
import type { Service, System } from '@freehold/manifest'
import { isFreeholdError } from '@freehold/manifest/errors'
import { locate } from '../../migrations/location.js'
import { fileNameOf, readMigrations, type MigrationFile } from '../../migrations/migration-file.js'
import { parseMigration, type ParsedMigration } from '../../migrations/statements.js'
import type { ReleasedMigration } from '../../releases/index.js'
import type { CheckFinding } from '../finding.js'
import type { PartReport } from '../part.js'
import { findingOfRun, pathIn } from '../run-finding.js'
import type { Lint } from './lint.js'
import { lintedStatements } from './linted-statements.js'
import { logLints } from './log-lints.js'
import { ownershipLints } from './ownership-lints.js'
import { contractLints, runningLints } from './running-lints.js'
import { columnLints, viewLints } from './shape-lints.js'
import { askSquawk } from './squawk.js'

/** What to lint. */
export interface LintOptions {
  readonly system: System
  readonly service: Service
  /** The folder of the configuration. */
  readonly root: string
  /** The migrations that were linted before: those of the release that is compared with. */
  readonly released: readonly ReleasedMigration[]
  /** The migrations that may not change, since they may have run: those of the last release. As `released` when absent. */
  readonly frozen?: readonly ReleasedMigration[]
  /** Lint those, too. */
  readonly all?: boolean
  /** The program of squawk; that of its package when absent. */
  readonly squawk?: string
}

const rules = [ownershipLints, logLints, columnLints, viewLints, runningLints, contractLints]

/** Lints the migrations of a service which no release has, by rules of our own and by squawk. */
export async function lintService(options: LintOptions): Promise<PartReport> {
  const { service, root } = options
  const before = lastReleased(options)
  const name = service.name
  try {
    const files = await readMigrations(join(root, service.migrations))
    const { parsed, findings } = await parseAll(files, options)
    const fresh = parsed.filter(({ number }) => number > before)
    const own = await ownFindings(parsed, options)
    const squawk = await askSquawk(
      name,
      fresh.map((migration) => ({ migration, file: pathIn(root, migration.path) })),
      options.squawk,
    )
    return {
      part: 'migrations',
      service: name,
      looked: lookedAt(files.filter(({ number }) => number > before).length, files.length),
      findings: [
        ...changedFindings(files, options),
        ...findings,
        ...own,
        ...('findings' in squawk ? squawk.findings : []),
      ].toSorted(byPlace),
      notLookedAt: 'notLookedAt' in squawk && fresh.length > 0 ? [squawk.notLookedAt] : [],
    }
  } catch (error) {
    if (!isFreeholdError(error)) throw error
    return {
      part: 'migrations',
      service: name,
      looked: 'no migration',
      findings: [findingOfRun(error, service, root)],
      notLookedAt: [],
    }
  }
}

/** The number of the last migration that is not linted again. */
function lastReleased({ released, all = false }: LintOptions): number {
  return all ? 0 : (released.at(-1)?.number ?? 0)
}

/** All are parsed, since what is new speaks of what was made before. */
async function parseAll(
  files: readonly MigrationFile[],
  { service, root }: LintOptions,
): Promise<{ parsed: ParsedMigration[]; findings: CheckFinding[] }> {
  const parsed: ParsedMigration[] = []
  const findings: CheckFinding[] = []
  for (const file of files) {
    try {
      parsed.push(await parseMigration(file))
    } catch (error) {
      if (!isFreeholdError(error)) throw error
      findings.push(findingOfRun(error, service, root))
    }
  }
  return { parsed, findings }
}

async function ownFindings(
  parsed: readonly ParsedMigration[],
  options: LintOptions,
): Promise<CheckFinding[]> {
  const { system, service, root } = options
  const released = lastReleased(options)
  const findings: CheckFinding[] = []
  for await (const statement of lintedStatements(parsed, { system, service, released })) {
    const { migration, text, index } = statement
    const file = pathIn(root, migration.path)
    for (const rule of rules)
      for (const { offset = 0, ...lint } of await rule(statement)) {
        const characters = Buffer.from(text).subarray(0, offset).toString('utf8').length
        findings.push(found(service.name, lint, { file, ...locate(migration.sql, index + characters) }))
      }
  }
  return findings
}

function found(
  service: string,
  lint: Omit<Lint, 'offset'>,
  place: Required<CheckFinding>['place'],
): CheckFinding {
  return { ...lint, service, place }
}

/** A migration that was released, and is not what it was: the runner refuses to go on. */
function changedFindings(
  files: readonly MigrationFile[],
  { service, root, released, frozen = released }: LintOptions,
): CheckFinding[] {
  return frozen.flatMap(({ number, name, checksum }): CheckFinding[] => {
    const file = files.find((each) => each.number === number)
    if (file?.checksum === checksum && file.name === name) return []
    const fileName = fileNameOf(number, name)
    const [rule, what, fix] =
      file === undefined
        ? ['migration/missing', 'is gone', 'Restore the file.']
        : file.name === name
          ? ['migration/edited', 'has changed', 'Restore it, and put the change in a new migration.']
          : ['migration/renamed', `is ${file.fileName} now`, 'Give it back its name.']
    return [
      {
        rule,
        severity: 'error',
        service: service.name,
        message: `${fileName} was released, and ${what}: where it was applied, no migration runs any more.`,
        fix,
        place: { file: file === undefined ? service.migrations : pathIn(root, file.path) },
      },
    ]
  })
}

function lookedAt(fresh: number, all: number): string {
  if (fresh === all) return all === 1 ? '1 migration' : `${all} migrations`
  return `${fresh} of ${all} migrations: the last release has the others`
}

function byPlace({ place: a }: CheckFinding, { place: b }: CheckFinding): number {
  return (
    (a?.file ?? '').localeCompare(b?.file ?? '') ||
    (a?.line ?? 0) - (b?.line ?? 0) ||
    (a?.column ?? 0) - (b?.column ?? 0)
  )
}
