import type { CheckFinding, Direction } from '../checking/finding.js'
import type { RecordedStatement } from '../releases/recorded-statement.js'
import { readCatalog, relationNamed, type Catalog, type Relation } from './catalog.js'
import { changesBetween } from './changes.js'
import { settingsRead } from './constants.js'
import { coverageOf, type Coverage } from './coverage.js'
import { findingOf, narrowedFinding } from './findings.js'
import { narrowingsBetween, type Narrowing } from './narrowings.js'
import { readStatement, shapesOf } from './read-statement.js'
import { readCarried, readSamples } from './samples.js'
import { openSide, type Side } from './side.js'
import type { Break } from './break.js'
import type { Trial } from './trial.js'
import { tryStatement } from './try-statement.js'

/** Statements that work on one schema, and shall work on another. */
export interface StatementCheck {
  readonly service: string
  /** Where the statements work. Statements find and write rows only where its tables have some. */
  readonly from: Side
  /** Where they shall work. */
  readonly to: Side
  readonly statements: readonly RecordedStatement[]
  /** `deploy`: old statements on the new schema. `rollback`: new statements on the old one. */
  readonly direction: Direction
  /** Whether the second has the rows of the first, gone over by the migration. False when absent. */
  readonly hasSameRows?: boolean
  /** Texts that are known to work at the second schema with the values of traffic: no other values are tried. */
  readonly known?: ReadonlySet<string>
}

/** What a check of statements found. */
export interface StatementReport {
  readonly findings: readonly CheckFinding[]
  readonly coverage: Coverage
  readonly milliseconds: number
  /** What is behind each finding that an execution gave, to look for its cause. */
  readonly broken: readonly { readonly finding: CheckFinding; readonly by: Break }[]
  /** What is behind each finding that a comparison of the catalogs gave. */
  readonly narrowed: readonly { readonly finding: CheckFinding; readonly by: Narrowing }[]
}

/**
 * Checks recorded statements against another schema: each is parsed, planned and executed on both, as the role of the
 * service, in transactions that are rolled back. Only what works on the first and fails on the second is found; what
 * could not be tried is named in the coverage.
 *
 * @throws FreeholdError `FREEHOLD_SERVER_UNREACHABLE`, `FREEHOLD_COMPATIBILITY_NO_ROLE`.
 */
export async function checkStatements(check: StatementCheck): Promise<StatementReport> {
  const began = performance.now()
  const { from, to, statements, known } = check
  const [before, after] = await Promise.all([readCatalog(from), readCatalog(to)])
  const read = await Promise.all(distinct(statements).map(readStatement))
  const set = new Set(read.flatMap(shapesOf).flatMap((shape) => shape.settings))
  const settings = new Map(
    [...settingsRead(before), ...settingsRead(after)].filter(([name]) => set.has(name)),
  )
  await using first = await openSide(from)
  await using second = await openSide(to)
  const samples = await readSamples(from, before.relations)
  const carried = await readCarried(to, after.relations, samples)
  // Where the migration cannot go over rows, there are none that another could be like.
  const isBare = ({ schema, name }: Relation): boolean =>
    some(samples.get(`${schema}.${name}`)) && !some(carried.get(`${schema}.${name}`))
  let number = 0
  const stage = {
    fresh: () => (number += 1),
    from: { session: first, catalog: before },
    to: { session: second, catalog: after },
    samples,
    carried,
    changes: changesBetween(before, after),
    settings,
    hasSameRows: check.hasSameRows === true,
    isVaried: ({ text }: RecordedStatement) => known?.has(text) !== true,
  }
  const trials = await Promise.all(read.map((each, index) => tryStatement(stage, each, `freehold_${index}`)))
  const broken = trials.flatMap((trial) =>
    trial.breaks.map((by) => ({ finding: findingOf(check, trial.statement, by), by })),
  )
  const narrowed = narrowingsBetween(before, after).flatMap((by) =>
    narrowedFindings(check, by, trials, { catalog: before, isBare }).map((finding) => ({ finding, by })),
  )
  return {
    findings: [...broken, ...narrowed].map(({ finding }) => finding),
    coverage: coverageOf(trials),
    milliseconds: Math.round(performance.now() - began),
    broken,
    narrowed,
  }
}

function distinct(statements: readonly RecordedStatement[]): RecordedStatement[] {
  const byText = new Map<string, RecordedStatement>()
  for (const statement of statements) {
    const there = byText.get(statement.text)
    byText.set(statement.text, there?.isNamed === true ? there : statement)
  }
  return [...byText.values()]
}

/** What refuses a row for what others are: unique, excluded. */
const againstOthers = ['23505', '23P01']

const some = (rows: readonly unknown[] | undefined): boolean => (rows?.length ?? 0) > 0

/** What a narrowing means for statements that could not be executed; those that were have shown it themselves. */
function narrowedFindings(
  check: StatementCheck,
  narrowing: Narrowing,
  trials: readonly Trial[],
  { catalog, isBare }: { catalog: Catalog; isBare: (relation: Relation) => boolean },
): CheckFinding[] {
  const concerned = trials.filter(({ shape }) =>
    shape?.writes.some((write) => concerns(narrowing, write, catalog)),
  )
  if (concerned.length === 0) return [narrowedFinding(check, narrowing, undefined)]
  const relation = relationNamed(catalog, narrowing.table)
  const isUnseen = againstOthers.includes(narrowing.sqlstate) && relation !== undefined && isBare(relation)
  return concerned
    .filter(
      ({ metRows, breaks, statement }) =>
        (!metRows || isUnseen) && breaks.length === 0 && check.known?.has(statement.text) !== true,
    )
    .map(({ statement }) => narrowedFinding(check, narrowing, statement))
}

function concerns(
  narrowing: Narrowing,
  write: NonNullable<Trial['shape']>['writes'][number],
  catalog: Catalog,
): boolean {
  const relation = relationNamed(catalog, write.table.name, write.table.schema)
  if (relation?.name !== narrowing.table || !narrowing.commands.includes(write.command)) return false
  if (narrowing.columns === undefined || write.columns === undefined) return true
  const written = narrowing.columns.some((column) => write.columns?.includes(column))
  return narrowing.ifOmitted === true ? !written : written
}
