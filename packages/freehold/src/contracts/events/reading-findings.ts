import type { EventContract, Service } from '@freehold/manifest'
import type { CheckFinding } from '../../checking/finding.js'
import { isOpenedAlike, ruleOf } from './compare-contract.js'
import { ownContract, type ReleasedEvents } from './consumers.js'
import { dataDifferences, differenceKey, differenceText, type DataDifference } from './data-differences.js'
import type { EventComparison } from './event-comparison.js'

/**
 * What a service does not expect, by the contract by which it reads now, of events as their publisher has them now, and as
 * it was released: those come until it is deployed anew, and lie in its log after that.
 *
 * @param now - The publisher's contract of today.
 */
export function readingFindings(
  now: EventContract,
  publisher: string,
  comparison: EventComparison,
): CheckFinding[] {
  const { service, releases, checked = [] } = comparison
  const own = ownContract(service, now.type)
  // What the publisher has changed is told where the publisher is checked.
  if (own === undefined && checked.includes(publisher)) return []
  const told = (releases.get(publisher) ?? []).toReversed()
  if (own === undefined) return unlikeReleased(now, publisher, told.slice(0, 1), [], comparison)
  const differences = dataDifferences(now, own)
  return [
    ...sealedOtherwise(now, own, publisher, service),
    ...differences.map((difference) => unlikePublished(difference, now.type, publisher, service)),
    ...unlikeReleased(own, publisher, told, differences, comparison),
  ]
}

function sealedOtherwise(
  now: EventContract,
  own: EventContract,
  publisher: string,
  service: Service,
): CheckFinding[] {
  if (isOpenedAlike(now, own)) return []
  return [
    {
      rule: 'event-contract/personal-changed',
      severity: 'error',
      service: service.name,
      message: `${now.type}: what is personal by the contract in the consumes of ${service.name} is not what is sealed by ${publisher}.`,
      fix: `Say the same there as ${publisher} does.`,
      details: { type: now.type, publisher },
    },
  ]
}

/** What the publisher of today tells, and a contract of one's own does not have. */
function unlikePublished(
  difference: DataDifference,
  type: string,
  publisher: string,
  service: Service,
): CheckFinding {
  const { rule, severity, details } = ruleOf(difference, 'not-as-expected')
  return {
    rule: `event-contract/${rule}`,
    severity,
    service: service.name,
    message: `${type}: ${differenceText(difference)} by the contract of ${publisher}, which ${service.name} does not expect by its own${seen(difference)}.`,
    fix: `Let the contract in the consumes of ${service.name} allow it, or name the type alone, to read by that of ${publisher}.`,
    details: { ...details, type, publisher, consumers: [service.name] },
  }
}

/**
 * What was released of the publisher, which is deployed or has left events in the log.
 *
 * @param told - The newest first.
 * @param found - What is told already.
 */
function unlikeReleased(
  reads: EventContract,
  publisher: string,
  told: readonly ReleasedEvents[],
  found: readonly DataDifference[],
  { service, releases }: EventComparison,
): CheckFinding[] {
  const { type } = reads
  const isOfType = (each: EventContract): boolean => each.type === type
  const known = releases.get(service.name)?.at(-1)?.consumed?.[publisher]?.find(isOfType)
  const met = new Set(found.map(differenceKey))
  return told.flatMap((release) => {
    const old = release.publishes.find(isOfType)
    if (old === undefined) return []
    const before = new Set(known === undefined ? [] : dataDifferences(old, known).map(differenceKey))
    return dataDifferences(old, reads).flatMap((difference): CheckFinding[] => {
      const key = differenceKey(difference)
      if (met.has(key)) return []
      met.add(key)
      const { rule, severity, details } = ruleOf(difference, 'not-backward-compatible')
      const isOld = before.has(key)
      return [
        {
          rule: `event-contract/${rule}`,
          severity: isOld ? 'warning' : severity,
          service: service.name,
          message: `${type}: ${differenceText(difference)} in events of ${publisher} ${release.version}, which ${service.name} does not expect as it is now${seen(difference)}.${isOld ? ' It was so already when it was released.' : ''}`,
          fix: `Let the contract by which ${service.name} reads allow it: such events come until ${publisher} is deployed anew, and lie in its log after that.`,
          place: { file: `${release.folder}/events.json` },
          direction: 'rollback',
          details: { ...details, type, publisher, release: release.version, consumers: [service.name] },
        },
      ]
    })
  })
}

function seen({ isCertain }: DataDifference): string {
  return isCertain ? '' : ', as far as could be seen'
}
