import type { EventContract } from '@freehold/manifest'
import type { CheckFinding } from '../../checking/finding.js'
import { envelopeChanges, ruleOf } from './compare-contract.js'
import { consumerName, lastReleases, type ReleasedEvents } from './consumers.js'
import { nextVersion, removed } from './contract-change.js'
import { dataDifferences, differenceKey, differenceText, type DataDifference } from './data-differences.js'
import type { EventComparison } from './event-comparison.js'

/** What consumers that are deployed do not expect of a service's events, by the contracts that they were released with. */
export function deployedFindings(comparison: EventComparison): CheckFinding[] {
  const { service } = comparison
  return lastReleases(comparison)
    .filter((each) => each.service !== service.name)
    .flatMap((each) => {
      const { service: name, release, isFormer } = each
      const consumer = { name, release, isFormer, called: consumerName(each), comparison }
      return (release.consumed?.[service.name] ?? []).flatMap((known) => contractFindings(known, consumer))
    })
}

interface Consumer {
  readonly name: string
  readonly release: ReleasedEvents
  readonly isFormer: boolean
  /** With its version. */
  readonly called: string
  readonly comparison: EventComparison
}

function contractFindings(known: EventContract, consumer: Consumer): CheckFinding[] {
  const { called, comparison } = consumer
  const { type } = known
  const now = comparison.service.publishes.find((contract) => contract.type === type)
  const told = comparison.baselines.flatMap(({ publishes }) =>
    publishes.filter((contract) => contract.type === type),
  )
  if (now === undefined) {
    // That a released type is gone is told of all who hear it.
    const message = `${removed(type).message}, and ${called} consumes it.`
    return told.length > 0 ? [] : [finding(consumer, type, { ...removed(type), message })]
  }
  const differences = dataDifferences(now, known)
  return [
    ...differences.map((difference) => unexpected(difference, type, told.at(-1), known, consumer)),
    ...envelopeChanges(known, now)
      .filter(
        ({ rule }) => !told.some((old) => envelopeChanges(old, now).some((change) => change.rule === rule)),
      )
      .map((change) => {
        const message = `${change.message}. ${called} was released with the other.`
        return finding(consumer, type, { ...change, message })
      }),
    ...previously(now, told.at(-1), differences, consumer),
  ]
}

function unexpected(
  difference: DataDifference,
  type: string,
  then: EventContract | undefined,
  known: EventContract,
  consumer: Consumer,
): CheckFinding {
  const { name, called, comparison } = consumer
  const change = ruleOf(difference, 'not-forward-compatible')
  const isOld = isAmong(then, known, difference)
  const last = comparison.baselines.at(-1)?.version ?? ''
  const what = `${type}: ${differenceText(difference)} in new events, which ${called} does not expect by the contract that it was released with`
  return finding(consumer, type, {
    ...change,
    // A deploy does not make worse what is so already.
    severity: isOld ? 'warning' : change.severity,
    message: `${what}${seen(difference)}.${isOld ? ` It is so already with ${comparison.service.name} ${last}.` : ''}`,
    fix: isOld
      ? `Release and deploy a ${name} that understands it.`
      : `${nextVersion}, which ${name} takes up. Where ${name} understands both by now, release and deploy it first.`,
  })
}

/** What the release before the last does not expect, which may still run where that was made just now. */
function previously(
  now: EventContract,
  then: EventContract | undefined,
  told: readonly DataDifference[],
  consumer: Consumer,
): CheckFinding[] {
  const { name, release, comparison } = consumer
  const { service, previous } = comparison
  const before = previous?.get(name)
  if (before === undefined || !(before.consumes[service.name] ?? []).includes(now.type)) return []
  const known = before.consumed?.[service.name]?.find(({ type }) => type === now.type) ?? then
  if (known === undefined) return []
  return dataDifferences(now, known)
    .filter(
      (each) =>
        each.isCertain &&
        !told.some((one) => differenceKey(one) === differenceKey(each)) &&
        !isAmong(then, known, each),
    )
    .map((difference) =>
      finding({ ...consumer, release: before, called: `${name} ${before.version}` }, now.type, {
        ...ruleOf(difference, 'not-forward-compatible'),
        severity: 'warning',
        message: `${now.type}: ${differenceText(difference)} in new events, which ${name} ${release.version} understands, and ${name} ${before.version} does not: it may still run.`,
        fix: `Deploy ${name} ${release.version} before ${service.name}.`,
      }),
    )
}

/** Whether events of a contract that was told before were not expected in the same way. */
function isAmong(then: EventContract | undefined, known: EventContract, difference: DataDifference): boolean {
  if (then === undefined) return false
  return dataDifferences(then, known).some((each) => differenceKey(each) === differenceKey(difference))
}

function seen({ isCertain }: DataDifference): string {
  return isCertain ? '' : ', as far as could be seen'
}

function finding(
  { name, called, release, isFormer, comparison }: Consumer,
  type: string,
  { rule, severity, message, fix, details }: Omit<CheckFinding, 'service'>,
): CheckFinding {
  const file = release.consumed === undefined ? 'events.json' : 'consumed-events.json'
  return {
    rule: `event-contract/${rule}`,
    severity: isFormer && severity === 'error' ? 'warning' : severity,
    service: comparison.service.name,
    message,
    fix,
    place: { file: `${release.folder}/${file}` },
    details: {
      ...details,
      type,
      consumer: name,
      release: release.version,
      consumers: [called],
    },
    direction: 'deploy',
  }
}
