import type { CheckFinding } from '../../checking/finding.js'
import { consumedFindings } from './consumed-findings.js'
import type { EventComparison } from './event-comparison.js'
import { deployedFindings } from './deployed-findings.js'
import { publishedFindings } from './published-findings.js'

/**
 * Compares what a service tells and hears with what was released: what it tells has to be understood by consumers that
 * are not deployed anew, and what lies in its log, or comes from those that are not, by those that are.
 */
export function eventFindings(comparison: EventComparison): CheckFinding[] {
  const findings = [
    ...publishedFindings(comparison),
    ...deployedFindings(comparison),
    ...consumedFindings(comparison),
  ]
  const distinct = [
    ...new Map(findings.toReversed().map((each) => [`${each.rule} ${each.message}`, each])).values(),
  ].toReversed()
  const open = distinct.filter(({ severity }) => severity !== 'note').map(({ details }) => details?.['type'])
  // What not everybody understands is not said to be understood.
  return distinct.filter(
    ({ rule, details }) => rule !== 'event-contract/changed' || !open.includes(details?.['type']),
  )
}
