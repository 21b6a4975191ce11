import type { EventContract, Service } from '@freehold/manifest'
import type { CheckFinding } from '../../checking/finding.js'
import { compareContract } from './compare-contract.js'
import {
  consumerName,
  consumersToday,
  deployedConsumers,
  ownContract,
  type DeployedConsumer,
  type ReleasedEvents,
} from './consumers.js'
import { removed, understood, type ContractChange } from './contract-change.js'
import type { EventComparison } from './event-comparison.js'

/** What the change of a service's contracts since its releases does to those who know no others. */
export function publishedFindings(comparison: EventComparison): CheckFinding[] {
  const told = comparison.baselines.flatMap((release) =>
    release.publishes.flatMap((contract) => contractFindings(contract, release, comparison)),
  )
  return [...told, ...returnedFindings(comparison)]
}

/**
 * What an earlier release would not understand, or not be understood in, and the last one did: such as a member that one
 * version dropped and the next brings back as something else. What was broken before is not told again.
 */
function returnedFindings(comparison: EventComparison): CheckFinding[] {
  const { service, baselines, earlier = [] } = comparison
  const [last] = baselines
  const keyOf = (rule: string, details: CheckFinding['details']): string =>
    `${rule.replace('event-contract/', '')} ${JSON.stringify(details?.['path'] ?? '')}`
  return earlier.flatMap((release) =>
    release.publishes.flatMap((old) => {
      const then = last?.publishes.find(({ type }) => type === old.type)
      if (then === undefined || !service.publishes.some(({ type }) => type === old.type)) return []
      const known = new Set(compareContract(old, then).map(({ rule, details }) => keyOf(rule, details)))
      return contractFindings(old, release, comparison).filter(
        ({ severity, rule, details }) => severity !== 'note' && !known.has(keyOf(rule, details)),
      )
    }),
  )
}

function contractFindings(
  old: EventContract,
  release: ReleasedEvents,
  comparison: EventComparison,
): CheckFinding[] {
  const { service } = comparison
  const now = service.publishes.find(({ type }) => type === old.type)
  const changes = now === undefined ? [removed(old.type)] : compareContract(old, now)
  const concern = concerned(old.type, comparison)
  const told = changes.flatMap((change) => {
    const whom = concern(change)
    return whom === undefined ? [] : [findingOf(change, whom, old.type, release, service.name)]
  })
  if (told.length > 0 || changes.length === 0) return told
  // All whom it could concern know something else, by which they were compared.
  const note = understood(old.type)
  const whom = concern(note)
  return whom === undefined ? [] : [findingOf(note, whom, old.type, release, service.name)]
}

/** Whom a change concerns. */
interface Concern {
  readonly whom: readonly string[]
  /** Whether one of them is a service of the manifest: of others nobody knows whether they run. */
  readonly isCertain: boolean
}

/**
 * Whom changes concern: those who have to be taken to know what was released, since it is not known what they know.
 *
 * @returns Nothing where everybody whom it could concern knows a contract of its own: that is compared by itself.
 */
function concerned(
  type: string,
  comparison: EventComparison,
): (change: ContractChange) => Concern | undefined {
  const { system, service } = comparison
  const deployed = deployedConsumers(comparison, service.name, type)
  const unknown = deployed.filter(({ known }) => known === undefined)
  const today = consumersToday(system, service.name, type)
  const reading = today.filter((each) => ownContract(each, type) === undefined)
  const others = today.filter(({ name }) => !deployed.some((each) => each.service === name))
  const concern = (running: readonly DeployedConsumer[], now: readonly Service[]): Concern => ({
    whom: [...running.map(consumerName), ...now.map(({ name }) => name)],
    isCertain: now.length > 0 || running.some(({ isFormer }) => !isFormer),
  })
  return ({ breaks }) => {
    if (breaks === 'old consumers')
      return deployed.length > 0 && unknown.length === 0 ? undefined : concern(unknown, [])
    if (breaks === 'new consumers')
      return today.length > 0 && reading.length === 0 ? undefined : concern([], reading)
    return concern(deployed, others)
  }
}

function findingOf(
  { rule, severity, breaks, message, fix, details }: ContractChange,
  { whom, isCertain }: Concern,
  type: string,
  release: ReleasedEvents,
  service: string,
): CheckFinding {
  const nobody = breaks === 'old consumers' ? 'Nothing that was released consumes it.' : 'Nobody consumes it.'
  return {
    service,
    place: { file: `${release.folder}/events.json` },
    rule: `event-contract/${rule}`,
    // What nobody hears breaks nobody, and whoever reads the log one day meets it all the same.
    severity: severity === 'error' && !isCertain ? 'warning' : severity,
    message: `${message} (${release.version} told it otherwise). ${whom.length === 0 ? nobody : `Consumed by ${whom.join(', ')}.`}`,
    fix,
    details: { ...details, type, release: release.version, consumers: whom },
    ...(breaks !== 'nobody' && { direction: breaks === 'new consumers' ? 'rollback' : 'deploy' }),
  }
}
