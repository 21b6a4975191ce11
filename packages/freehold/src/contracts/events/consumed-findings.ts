import { eventTypeParts, type Service } from '@freehold/manifest'
import type { CheckFinding } from '../../checking/finding.js'
import type { ReleasedEvents } from './consumers.js'
import { removed } from './contract-change.js'
import type { EventComparison } from './event-comparison.js'
import { readingFindings } from './reading-findings.js'

/** What a service as it is now does not expect of those that it hears, as they are now and as they are deployed. */
export function consumedFindings(comparison: EventComparison): CheckFinding[] {
  const { system, service, releases } = comparison
  const heard = Object.entries(service.consumes).flatMap(([publisher, types]) => {
    const publishers = system.services.find(({ name }) => name === publisher)?.publishes ?? []
    return types.flatMap((type) => {
      const now = publishers.find((contract) => contract.type === type)
      const last = releases.get(publisher)?.at(-1)
      return [
        ...(last === undefined ? [] : unpublished(service, publisher, type, last)),
        ...(now === undefined ? [] : readingFindings(now, publisher, comparison)),
      ]
    })
  })
  return [...heard, ...withoutPublisher(comparison)]
}

/** What the service hears, and no release of its publisher tells yet. */
function unpublished(
  service: Service,
  publisher: string,
  type: string,
  release: ReleasedEvents,
): CheckFinding[] {
  const published = release.publishes.map((contract) => contract.type)
  if (published.includes(type)) return []
  return [
    {
      rule: 'event-contract/not-published-yet',
      severity: 'warning',
      service: service.name,
      message: `${type} is consumed, and the released ${publisher} ${release.version} does not publish it${successor(type, published)}.`,
      fix: `Deploy ${publisher} first: until then nothing of it comes.`,
      place: { file: `${release.folder}/events.json` },
      details: { type, publisher, release: release.version },
    },
  ]
}

function successor(type: string, published: readonly string[]): string {
  const parts = eventTypeParts(type)
  const versions = published.filter((each) => {
    const other = eventTypeParts(each)
    return other?.service === parts?.service && other?.name === parts?.name
  })
  return versions.length === 0 ? '' : `, but ${versions.join(' and ')}`
}

/** What the service hears as it was released, from a service that the manifest has no more. */
function withoutPublisher({ system, service, releases }: EventComparison): CheckFinding[] {
  const release = releases.get(service.name)?.at(-1)
  if (release === undefined) return []
  return Object.entries(release.consumes)
    .filter(([publisher]) => !system.services.some(({ name }) => name === publisher))
    .flatMap(([publisher, types]) =>
      types.map((type): CheckFinding => {
        const { rule, severity, details } = removed(type)
        return {
          rule: `event-contract/${rule}`,
          severity,
          service: service.name,
          message: `${type} is not published any more: there is no service ${publisher}. Consumed by ${service.name} ${release.version}.`,
          fix: `Release and deploy a ${service.name} that does without it, and only then remove ${publisher}.`,
          place: { file: `${release.folder}/events.json` },
          direction: 'deploy',
          details: {
            ...details,
            type,
            publisher,
            release: release.version,
            consumers: [`${service.name} ${release.version}`],
          },
        }
      }),
    )
}
