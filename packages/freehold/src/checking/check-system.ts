import { mergedStatements, serviceNamed, type Service, type System } from '@freehold/manifest'
import { withheld, type Verdict } from '../compatibility/index.js'
import { serviceFolder } from '../releases/index.js'
import { apiOfToday } from './api-of-today.js'
import { baselinesOf } from './baselines.js'
import { checkApi } from './check-api.js'
import { checkEvents, type EventsAround } from './check-events.js'
import { checkSent } from './check-statements.js'
import { formerServices } from './former-services.js'
import { lazyShadow, type LazyShadow } from './lazy-shadow.js'
import { lintService } from './linting/lint-service.js'
import type { PartReport } from './part.js'
import { inPlace, previousReleases, releasesOf, type ReleasedVersion } from './released-version.js'
import { reportOf, type CheckReport, type ServiceCheck } from './report.js'
import { statementsOfToday } from './statements-of-today.js'
import { migrationsBeyond, versionMissing } from './version-findings.js'
import { versionIn, versionOf } from '../releases/service-version.js'
import { liveStatements, type LiveSources } from '../releases/live-statements.js'

/** What to check. */
export interface CheckOptions {
  readonly system: System
  /** The folder of the configuration. */
  readonly root: string
  /** All when empty. */
  readonly services?: readonly string[]
  /** The release to compare with, instead of the last one. */
  readonly against?: string | undefined
  /** Lint also the migrations that the last release has. */
  readonly all?: boolean
  /** Files or URLs of the OpenAPI documents of today, by service. */
  readonly openapi?: Readonly<Record<string, string>>
  /** Where the statements of the working tree were recorded: a folder, or a file. */
  readonly statements?: string | undefined
  /** Servers that run, which are asked for what the last release sends, beside what was recorded of it. */
  readonly live?: LiveSources | undefined
  /** A superuser's URL of a server for shadows; one is booted when absent. */
  readonly shadowUrl?: string | undefined
  readonly onProgress?: (what: string) => void
}

/**
 * Checks what is in the working tree against what was released: migrations, the statements
 * that are sent, contracts of events and APIs.
 *
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_SERVICE`, `FREEHOLD_CHECK_NO_SUCH_RELEASE`, `FREEHOLD_RELEASE_DAMAGED`,
 *   `FREEHOLD_RELEASE_VERSION`, `FREEHOLD_OPENAPI_UNREADABLE`, `FREEHOLD_STATEMENTS_OF_ANOTHER`.
 */
export async function checkSystem(options: CheckOptions): Promise<CheckReport> {
  const { system, root, services = [], openapi = {} } = options
  const names = services.length > 0 ? services : system.services.map(({ name }) => name)
  const chosen = names.map((name) => serviceNamed(system, name))
  for (const name of Object.keys(openapi)) serviceNamed(system, name)
  const releases = await releasesOf(system, root)
  const around: EventsAround = {
    system,
    releases,
    previous: await previousReleases(system, root, releases),
    former: await formerServices(system, root),
    checked: names,
  }
  const checks: ServiceCheck[] = []
  const shadow = lazyShadow(options.shadowUrl)
  try {
    for (const service of chosen) checks.push(await checkService(service, around, shadow, options))
  } finally {
    await shadow.remove()
  }
  return reportOf(system.name, checks)
}

async function checkService(
  service: Service,
  around: EventsAround,
  shadow: LazyShadow,
  {
    system,
    root,
    against,
    all = false,
    openapi = {},
    statements,
    live,
    onProgress = () => undefined,
  }: CheckOptions,
): Promise<ServiceCheck> {
  const { name } = service
  const folder = serviceFolder(root, service)
  const own = around.releases.get(name) ?? []
  // What was recorded is of a version.
  const version = statements === undefined ? await versionIn(folder) : await versionOf(folder)
  const placed = await inPlace(own, root, service)
  const baselines = baselinesOf(name, placed, version, against)
  const released = baselines.at(-1)?.migrations ?? []
  const frozen = placed.at(-1)?.migrations ?? []
  const named = own.find((release) => release.version === version)
  const goneOn = named && (await migrationsBeyond(root, service, named))
  // A tree that has gone on from a release is another version, whatever its package.json says still.
  const sameVersion = goneOn === undefined ? named : undefined

  onProgress(`${name}: migrations`)
  const linted = await lintService({ system, service, root, released, frozen, all })
  const findings = [...linted.findings, ...(goneOn ? [goneOn] : []), ...versionMissing(service, version, own)]
  const migrations = { ...linted, findings }
  onProgress(`${name}: events`)
  const events = checkEvents(service, baselines, around)
  onProgress(`${name}: the API`)
  const api = checkApi(service, baselines, await apiOfToday(root, folder, openapi[name], sameVersion))

  onProgress(`${name}: statements`)
  const sent = await checkSent({
    system,
    service,
    root,
    version,
    baselines: await withLive(
      system,
      service,
      baselines.filter((release) => release.version !== sameVersion?.version),
      live,
    ),
    next: await statementsOfToday(system, service, version, statements, sameVersion),
    isLive: live !== undefined,
    shadow,
    linted: linted.findings,
  })

  const parts: PartReport[] = [migrations, sent.part, events, ...(api === undefined ? [] : [api])]
  return {
    service: name,
    ...(version !== undefined && { version }),
    against: baselines.map((release) => release.version),
    parts,
    ...(sent.verdict && { verdict: inView(sent.verdict, parts) }),
  }
}

/** Statements alone do not make a version fit: what breaks elsewhere breaks in whichever order one deploys. */
function inView(verdict: Verdict, parts: readonly PartReport[]): Verdict {
  const breaking = parts.filter(({ part, findings }) =>
    findings.some(
      ({ severity, rule }) => severity === 'error' && (part !== 'statements' || rule === 'statement-invalid'),
    ),
  )
  if (breaking.length === 0) return verdict
  const names = breaking.map(({ part }) => (part === 'api' ? 'the API' : part))
  return withheld(verdict, `see what breaks in ${names.join(' and ')}`)
}

/** The last release, with what is sent to servers that run: statistics know no versions, and it is the last that runs. */
async function withLive(
  system: System,
  service: Service,
  baselines: readonly ReleasedVersion[],
  live: LiveSources | undefined,
): Promise<readonly ReleasedVersion[]> {
  const [last, ...others] = baselines
  if (live === undefined || last === undefined) return baselines
  const { statements } = await liveStatements(system, service, last.version, live)
  return [{ ...last, statements: mergedStatements([last.statements, statements]) }, ...others]
}
