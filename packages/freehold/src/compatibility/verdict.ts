import type { CourseReport } from './check-course.js'
import type { Coverage } from './coverage.js'

/** Whether something is safe; unknown where it was not checked, or not all of it. */
export type Answer = boolean | 'unknown'

/** What may be done with a version of a service, for programs and for people. */
export interface Verdict {
  readonly version: string
  readonly previous?: string
  /** Whether the new code works on the schema before its migration. */
  readonly mayDeployBeforeMigration: Answer
  /** Whether the migration may run while the previous code does. */
  readonly mayDeployAfterMigration: Answer
  /** Versions whose code works on the new schema, so that one can go back to them. */
  readonly rollbackSafeTo: readonly string[]
  /** `2.4 may be deployed before or after its migration; rollback is safe to 2.3`. */
  readonly text: string
}

/** What was checked of a version against those before it. */
export interface Checked {
  readonly version: string
  /** The report on the version that is deployed now. Absent when there is none, or nothing of it is known. */
  readonly previous?: { readonly version: string; readonly report: CourseReport }
  /** Reports on versions before that. */
  readonly earlier?: readonly { readonly version: string; readonly report: CourseReport }[]
  /** The file of a contract step that waits until the previous version is gone, and was not gone over. */
  readonly waiting?: string | undefined
}

/** Judges. Nothing is called safe that was not checked: a statement that could not be tried leaves it unknown. */
export function verdictOf({ version, previous, earlier = [], waiting }: Checked): Verdict {
  const mayDeployBeforeMigration = previous ? answer(previous.report, 'rollback') : 'unknown'
  const mayDeployAfterMigration = previous ? answer(previous.report, 'deploy') : 'unknown'
  const rollbackSafeTo = [...(previous ? [previous] : []), ...earlier]
    .filter(({ report }) => answer(report, 'deploy') === true)
    .map((each) => each.version)
  return {
    version,
    ...(previous && { previous: previous.version }),
    mayDeployBeforeMigration,
    mayDeployAfterMigration,
    rollbackSafeTo,
    text: `${version} ${deployment(mayDeployBeforeMigration, mayDeployAfterMigration)}; ${rollback(rollbackSafeTo, mayDeployAfterMigration)}${waiting === undefined ? '' : `, until ${waiting}, which waits for that`}`,
  }
}

/** The same, where something else than statements breaks: whatever the order, it is not to be deployed. */
export function withheld(verdict: Verdict, why: string): Verdict {
  const rest = verdict.text.slice(verdict.text.indexOf('; '))
  return {
    ...verdict,
    mayDeployBeforeMigration: false,
    mayDeployAfterMigration: false,
    text: `${verdict.version} must not be deployed: ${why}${rest}`,
  }
}

function answer(report: CourseReport, direction: 'deploy' | 'rollback'): Answer {
  const isBroken = report.findings.some(
    (finding) => finding.severity === 'error' && finding.direction === direction,
  )
  if (isBroken) return false
  return isWhole(report[direction]) ? true : 'unknown'
}

function isWhole(coverage: Coverage | undefined): boolean {
  if (coverage === undefined || coverage.statements === 0) return false
  return coverage.unchecked.length === 0 && coverage.notExecuted.length === 0
}

function deployment(before: Answer, after: Answer): string {
  if (before === true && after === true) return 'may be deployed before or after its migration'
  if (after === true)
    return before === false
      ? 'must be deployed after its migration'
      : 'may be deployed after its migration; whether before is unknown'
  if (before === true)
    return after === false
      ? 'must be deployed, everywhere, before its migration'
      : 'may be deployed before its migration; whether after is unknown'
  if (before === false && after === false)
    return 'can be deployed neither before nor after its migration without failures'
  if (before === false) return 'must not be deployed before its migration; whether after is unknown'
  if (after === false) return 'must not be deployed after its migration; whether before is unknown'
  return 'was not checked: nobody knows whether it may be deployed before or after its migration'
}

function rollback(safeTo: readonly string[], after: Answer): string {
  if (safeTo.length > 0) return `rollback is safe to ${safeTo.join(', ')}`
  return after === 'unknown' ? 'whether rollback is safe is unknown' : 'rollback is not safe'
}
