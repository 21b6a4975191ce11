import { serviceNamed, type RecordedStatement, type Service, type System } from '@freehold/manifest'
import { checkCourse, type CourseReport } from './check-course.js'
import { openSystemCourse, type SystemState } from './system-course.js'
import { verdictOf, type Verdict } from './verdict.js'
import { waitingContract } from './waiting-contract.js'
import type { CheckFinding } from '../checking/finding.js'
import type { MigrationFile } from '../migrations/migration-file.js'
import type { Shadow } from '../shadow/index.js'

/** A release, as far as the gate needs to know it. */
export interface GateRelease {
  readonly version: string
  /** Its part of the manifest. */
  readonly manifest: Service
  readonly migrations: readonly { readonly number: number }[]
  readonly statements: readonly RecordedStatement[]
}

/** A service in the working tree, and the releases that may still run. */
export interface ReleaseCheck {
  readonly shadow: Shadow
  readonly system: System
  /** The folder of the configuration. */
  readonly root: string
  readonly service: string
  /** The version in the working tree. */
  readonly version: string
  /** The releases to compare with, the newest first. The first is what is deployed. */
  readonly releases: readonly GateRelease[]
  /** What the version in the working tree sends. Undefined where nothing was recorded of it. */
  readonly statements?: readonly RecordedStatement[] | undefined
}

/** What was found of each release, and what follows. */
export interface ReleaseReport {
  readonly verdict: Verdict
  readonly reports: readonly {
    readonly version: string
    readonly report: CourseReport
    /** The file of the contract step that waits until this version is gone; what is before it was checked. */
    readonly waiting?: string
  }[]
  /** What the version in the working tree sends and the contract step would break. */
  readonly afterContract: readonly CheckFinding[]
}

/**
 * Checks a service in the working tree against its releases: what they sent on the schema that is to come, and what the
 * new version sends on the schema of the newest release. A contract step that a release does not bear waits until that is
 * gone, so the release is tried on the schema before it; the new version is tried on the one after it, too.
 *
 * @throws FreeholdError what provisioning and migrating a shadow throws, and as {@link checkCourse}.
 */
export async function checkRelease(check: ReleaseCheck): Promise<ReleaseReport> {
  const { releases, version, root } = check
  const service = serviceNamed(check.system, check.service)
  const reports: { version: string; report: CourseReport; waiting?: string }[] = []
  const afterContract: CheckFinding[] = []
  for (const [index, release] of releases.entries()) {
    const waiting = await waitingContract(root, service, { version: release.version, after: lastOf(release) })
    const { report, after } = await reportOn(check, release, waiting, index === 0)
    reports.push({ version: release.version, report, ...(waiting && { waiting: waiting.fileName }) })
    afterContract.push(...after)
  }
  const [previous, ...earlier] = reports
  const waiting = previous?.waiting
  const verdict = verdictOf({ version, ...(previous && { previous }), earlier, waiting })
  return { verdict, reports, afterContract }
}

/** The number of the last migration of a release. */
function lastOf(release: GateRelease): number {
  return Math.max(0, ...release.migrations.map(({ number }) => number))
}

async function reportOn(
  check: ReleaseCheck,
  release: GateRelease,
  waiting: MigrationFile | undefined,
  isNewest: boolean,
): Promise<{ report: CourseReport; after: readonly CheckFinding[] }> {
  const { shadow, system, root, service, statements } = check
  const after = alone(system, service)
  const services = after.services.map(({ migrations }) => ({ ...release.manifest, migrations }))
  const state = await openSystemCourse({
    shadow,
    service,
    before: { system: { ...after, services }, root, upTo: { [service]: lastOf(release) } },
    after: { system: after, root, ...before(service, waiting) },
  })
  // Copied while it is empty: to go on from here takes less than another one takes from the beginning.
  const further = isNewest && waiting ? await state.copy() : undefined
  try {
    const report = await checkCourse({
      service,
      state,
      released: release.statements,
      ...(isNewest && statements && { next: statements }),
    })
    return { report, after: further && waiting ? await findingsAfter(check, waiting, further) : [] }
  } finally {
    await state.drop()
    await further?.drop()
  }
}

/** What the others have, no statement of this one may speak of: a shadow without them is made in a third of the time. */
function alone(system: System, service: string): System {
  return { ...system, services: [serviceNamed(system, service)] }
}

/** Where a schema stands before a contract step, which holds back all that comes after it. */
function before(
  service: string,
  waiting: MigrationFile | undefined,
): { readonly upTo?: Readonly<Record<string, number>> } {
  return waiting ? { upTo: { [service]: waiting.number - 1 } } : {}
}

async function findingsAfter(
  { system, root, service, statements }: ReleaseCheck,
  contract: MigrationFile,
  further: SystemState,
): Promise<CheckFinding[]> {
  await further.goOn()
  const state = further.before({ system: alone(system, service), root })
  // Also where nobody knows what is sent: what does not run is found before its time comes.
  const { findings } = await checkCourse({ service, state, released: statements ?? [] })
  return findings
    .filter(({ severity }) => severity === 'error')
    .map((finding) => ({
      ...finding,
      message: `After ${contract.fileName}, which waits: ${finding.message}`,
    }))
}
