import type { CheckFinding } from '../checking/finding.js'
import type { RecordedStatement } from '../releases/recorded-statement.js'
import { readCatalog } from './catalog.js'
import { withCauses } from './causes.js'
import { checkStatements, type StatementReport } from './check-statements.js'
import type { State } from './course.js'
import type { Coverage } from './coverage.js'
import { fillTables, hasRows } from './fill.js'
import { readStatement, shapesOf } from './read-statement.js'

/** A change of schema, and the statements of the code before and after it. */
export interface CourseCheck {
  readonly service: string
  /** At the old schema. It is filled with rows where tables are empty, and left at the old schema. */
  readonly state: State
  /** What the released version sends. Undefined where nothing was recorded. */
  readonly released?: readonly RecordedStatement[] | undefined
  /** What the new version sends. */
  readonly next?: readonly RecordedStatement[] | undefined
  /** Whether the statement of a migration behind each finding is looked for. True when absent. */
  readonly findsCauses?: boolean
}

/** What a change of schema means for code that is running. */
export interface CourseReport {
  readonly findings: readonly CheckFinding[]
  /** Released statements on the new schema. */
  readonly deploy?: Coverage
  /** New statements on the old schema. */
  readonly rollback?: Coverage
  /** How long checking the statements took, without making the databases. */
  readonly milliseconds: number
}

/**
 * Checks a change of schema in both directions.
 *
 * @throws FreeholdError what migrating throws when the migration fails on empty tables, and as {@link checkStatements}.
 */
export async function checkCourse(check: CourseCheck): Promise<CourseReport> {
  const { service, state, released, next, findsCauses = true } = check
  const { after, notes } = await goneOn(check)
  try {
    const known = new Set(released?.map(({ text }) => text))
    const reports: StatementReport[] = []
    const run = async (
      statements: readonly RecordedStatement[] | undefined,
      direction: 'deploy' | 'rollback',
    ) => {
      if (statements === undefined) return undefined
      const [from, to] = direction === 'deploy' ? [state, after] : [after, state]
      const sides = { from: from.side, to: to.side }
      const report = await checkStatements({
        service,
        ...sides,
        statements,
        direction,
        // Back on the old schema, what a migration made of rows is as if it had not been: no news.
        hasSameRows: direction === 'deploy' && notes.length === 0,
        ...(direction === 'rollback' && { known }),
      })
      reports.push(report)
      return report.coverage
    }
    const deploy = await run(released, 'deploy')
    const rollback = await run(next, 'rollback')
    const findings = findsCauses ? await caused(state, reports) : reports.map((report) => report.findings)
    return {
      findings: [...notes, ...findings.flat()],
      ...(deploy && { deploy }),
      ...(rollback && { rollback }),
      milliseconds: reports.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
    }
  } finally {
    await after.drop()
  }
}

/** The new schema with the same rows: gone over by the migration where it can, and otherwise made anew. */
async function goneOn({
  service,
  state,
  released = [],
  next = [],
}: CourseCheck): Promise<{ after: State; notes: CheckFinding[] }> {
  const before = await readCatalog(state.side)
  if (await hasRows(state.side, before)) return overRows(service, state)
  const empty = await state.copy()
  await empty.goOn()
  const read = await Promise.all([...released, ...next].map(readStatement))
  const shapes = read.flatMap(shapesOf)
  const after = await readCatalog(empty.side)
  await fillTables({ side: state.side, catalog: before }, { side: empty.side, catalog: after }, shapes)
  return overRows(service, state, empty)
}

/** The migration, gone over the rows that are there; where it fails on them, what it makes of empty tables. */
async function overRows(
  service: string,
  state: State,
  empty?: State,
): Promise<{ after: State; notes: CheckFinding[] }> {
  const filled = await state.copy()
  try {
    await filled.goOn()
    await empty?.drop()
    return { after: filled, notes: [] }
  } catch (cause) {
    await filled.drop()
    if (empty === undefined) throw cause
    const note: CheckFinding = {
      rule: 'migration-fails-on-rows',
      severity: 'note',
      service,
      message: `The migration works on empty tables, and fails on rows that the old schema allows: ${cause instanceof Error ? cause.message : String(cause)}`,
      fix: 'See that no such rows are in production, or mend them in a step before.',
    }
    return { after: empty, notes: [note] }
  }
}

async function caused(state: State, reports: readonly StatementReport[]): Promise<CheckFinding[][]> {
  if (reports.every(({ broken, narrowed }) => broken.length + narrowed.length === 0))
    return reports.map(({ findings }) => [...findings])
  const stepwise = await state.copy()
  try {
    return await withCauses(stepwise, reports)
  } finally {
    await stepwise.drop()
  }
}
