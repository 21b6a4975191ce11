import type { RecordedStatement, Service, System } from '@freehold/manifest'
import { isFreeholdError, type FreeholdError } from '@freehold/manifest/errors'
import { checkRelease, type CourseReport, type ReleaseReport, type Verdict } from '../compatibility/index.js'
import type { CheckFinding } from './finding.js'
import type { LazyShadow } from './lazy-shadow.js'
import type { Coverage, PartReport } from './part.js'
import type { ReleasedVersion } from './released-version.js'
import { findingOfRun } from './run-finding.js'
import { ifNothingTried, untried } from './untried.js'

/** What to check the statements of. */
export interface StatementsCheck {
  readonly system: System
  readonly service: Service
  readonly root: string
  /** The version of the working tree. */
  readonly version: string | undefined
  /** The releases to compare with, the newest first, without that of the same version. */
  readonly baselines: readonly ReleasedVersion[]
  /** What the working tree sends. Undefined where nothing was recorded. */
  readonly next: readonly RecordedStatement[] | undefined
  /** Whether servers that run were to be asked for what is sent. */
  readonly isLive: boolean
  readonly shadow: LazyShadow
  /** What was found in the files of the migrations: it is not told again. */
  readonly linted: readonly CheckFinding[]
}

/** What was found, and what follows for a deploy. */
export interface StatementsReport {
  readonly part: PartReport
  readonly verdict?: Verdict
}

/**
 * Tries what each release sends on the schema of today, and what the working tree sends on that of the release, in a
 * shadow: what worked and fails then is found.
 */
export async function checkSent(check: StatementsCheck): Promise<StatementsReport> {
  const { service, baselines, version } = check
  const base = { part: 'statements', service: service.name, findings: [], notLookedAt: [] } as const
  const recorded = baselines.filter(({ statements }) => statements.length > 0)
  const silent = baselines.filter(({ statements }) => statements.length === 0).map(notRecorded)
  let reports: ReleaseReport['reports'] = []
  let verdict: Verdict | undefined
  let afterContract: readonly CheckFinding[] = []
  try {
    if (recorded.length > 0) {
      const { system, root, next } = check
      const of = { system, root, service: service.name, version: version ?? 'the working tree' }
      const shadow = await check.shadow.open()
      const found = await checkRelease({ ...of, shadow, releases: recorded, statements: next })
      reports = found.reports
      verdict = found.verdict
      afterContract = found.afterContract
    } else if (
      !check.linted.some(({ rule, severity }) => rule.startsWith('migration/') && severity === 'error')
    ) {
      // Nothing to try there; but whether the migrations run is found out.
      const system = { ...check.system, services: [service] }
      await (await check.shadow.open()).provision({ system, root: check.root })
    }
  } catch (error) {
    if (!isFreeholdError(error)) throw error
    return { part: { ...base, looked: 'nothing', ...failure(error, check) } }
  }
  // Of a release that says nothing of its statements, the one before it says nothing either.
  const isKnown = version !== undefined && reports[0]?.version === baselines[0]?.version
  return {
    part: {
      ...base,
      looked: lookedAt(recorded, reports, check),
      findings: [
        ...distinct(reports.flatMap(({ report }) => report.findings)).map(inOrder),
        ...afterContract,
        ...distinct(reports.flatMap(({ report }) => untried(service, report))),
      ],
      notLookedAt: [
        ...silent,
        ...(check.isLive && baselines.length === 0 ? [notReleased(service)] : []),
        ...reports.flatMap(({ version: of, report }) => ifNothingTried(of, report)),
      ],
      ...(reports.length > 0 && { coverage: coverageOf(reports.map(({ report }) => report)) }),
    },
    ...(isKnown && verdict && { verdict }),
  }
}

/** A migration that fails is a finding; what keeps a shadow from being there is not. */
function failure(
  error: FreeholdError,
  { service, root, linted }: StatementsCheck,
): Pick<PartReport, 'findings' | 'notLookedAt'> {
  if (error.code.startsWith('FREEHOLD_MIGRATION_')) {
    const finding = findingOfRun(error, service, root)
    const { rule, message } = finding
    if (!linted.some((told) => told.rule === rule && told.message === message))
      return { findings: [finding], notLookedAt: [] }
    const why = `The migrations do not run: see ${rule}.`
    return { findings: [], notLookedAt: [{ why, fix: 'Mend them, and check again.' }] }
  }
  return { findings: [], notLookedAt: [{ why: error.message, fix: error.fix }] }
}

function notRecorded({ version }: ReleasedVersion): PartReport['notLookedAt'][number] {
  return {
    why: `${version} was released without the statements that it sends.`,
    fix: 'Record them with FREEHOLD_RECORD_STATEMENTS, and give them to `freehold release --statements`.',
  }
}

function notReleased({ name }: Service): PartReport['notLookedAt'][number] {
  return {
    why: `What ${name} sends to the server that runs was not asked for: without another version that was released there is no schema on which it works.`,
    fix: 'Release the version that runs with `freehold release`, and check again.',
  }
}

function lookedAt(
  recorded: readonly ReleasedVersion[],
  reports: ReleaseReport['reports'],
  { next, baselines }: StatementsCheck,
): string {
  if (baselines.length === 0) return 'nothing that is sent: no other version was released'
  if (recorded.length === 0) return 'nothing that is sent'
  const versions = recorded.map(({ version }) => version).join(' and ')
  const back = next === undefined ? '; what the working tree sends is not known' : ', and the other way round'
  const waiting = reports.find((report) => report.waiting !== undefined)?.waiting
  const schema = waiting === undefined ? 'the schema of today' : `the schema before ${waiting}, which waits`
  return `what ${versions} sends, on ${schema}${back}`
}

function coverageOf(reports: readonly CourseReport[]): Coverage {
  const all = reports
    .flatMap(({ deploy, rollback }) => [deploy, rollback])
    .filter((each) => each !== undefined)
  const left = all.flatMap(({ unchecked, notExecuted }) => [...unchecked, ...notExecuted])
  const of = all.reduce((sum, { statements }) => sum + statements, 0)
  const unchecked: Record<string, number> = {}
  for (const { reason } of left) unchecked[reason] = (unchecked[reason] ?? 0) + 1
  return { checked: of - left.length, of, unchecked }
}

/** What new code asks of the old schema is no break: migrations go first, and the verdict says that they have to. */
function inOrder(finding: CheckFinding): CheckFinding {
  return finding.direction === 'rollback' && finding.severity === 'error'
    ? { ...finding, severity: 'note' }
    : finding
}

function distinct(findings: readonly CheckFinding[]): CheckFinding[] {
  const keyOf = ({ rule, direction, statement, message }: CheckFinding): string =>
    JSON.stringify([rule, direction, statement, message])
  return [...new Map(findings.toReversed().map((each) => [keyOf(each), each])).values()].toReversed()
}
