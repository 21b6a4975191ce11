import type { Service } from '@freehold/manifest'
import { compareApis } from '../contracts/api/compare-apis.js'
import { apiDocument, type ApiDocument } from '../contracts/api/document/document.js'
import type { CheckFinding } from './finding.js'
import type { PartReport } from './part.js'
import type { ReleasedVersion } from './released-version.js'
import { placesIn, type SourceText } from './source-places.js'

/** The OpenAPI document of today, and how it is called. */
export interface ApiOfToday {
  readonly document: ApiDocument
  /** A file, or a release. */
  readonly name: string
  /** Where it is written; undefined where it is served. */
  readonly source: SourceText | undefined
}

/**
 * Compares the API of today with those of baselines.
 *
 * @returns Undefined where no release has an API and none is given: there is nothing to look at.
 * @throws FreeholdError `FREEHOLD_OPENAPI_UNREADABLE`.
 */
export function checkApi(
  service: Service,
  baselines: readonly ReleasedVersion[],
  today: ApiOfToday | undefined,
): PartReport | undefined {
  const released = baselines.filter(({ openapi }) => openapi !== undefined)
  if (released.length === 0 && today === undefined) return undefined
  const base = { part: 'api', service: service.name, findings: [], notLookedAt: [] } as const
  if (today === undefined) return { ...base, looked: 'nothing', notLookedAt: [notGiven(service, released)] }
  const versions = released.map(({ version }) => version)
  return {
    ...base,
    looked:
      versions.length === 0 ? `${today.name}, the first` : `${today.name} against ${versions.join(' and ')}`,
    findings: distinct(released.flatMap((release) => findingsOf(service, release, today))),
  }
}

function findingsOf(
  service: Service,
  release: ReleasedVersion,
  { document, source }: ApiOfToday,
): CheckFinding[] {
  const file = `${release.folder}/openapi.json`
  const placeOf = source === undefined ? () => ({ file }) : placesIn(source)
  return compareApis(apiDocument(release.openapi, file), document).map(
    ({ rule, operation, at, details, ...change }): CheckFinding => ({
      ...change,
      rule: `api/${rule}`,
      service: service.name,
      place: placeOf(at),
      ...(change.severity !== 'note' && { direction: 'deploy' }),
      details: { ...details, operation, release: release.version },
    }),
  )
}

function distinct(findings: readonly CheckFinding[]): CheckFinding[] {
  return [
    ...new Map(findings.toReversed().map((each) => [`${each.rule} ${each.message}`, each])).values(),
  ].toReversed()
}

function notGiven(service: Service, released: readonly ReleasedVersion[]): PartReport['notLookedAt'][number] {
  return {
    why: `${released.map(({ version }) => version).join(' and ')} has an API, and how it is today is not known.`,
    fix: `Give the document with \`--openapi ${service.name}=<file>\`.`,
  }
}
