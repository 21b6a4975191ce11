import { personalMembers, type EventContract } from '@freehold/manifest'
import { absent, textOf } from '../../schemas/index.js'
import { nextVersion, understood, type ContractChange } from './contract-change.js'
import {
  changedSayings,
  dataDifferences,
  differenceKey,
  differenceText,
  type DataDifference,
} from './data-differences.js'

/**
 * What a change of a published contract does. Consumers pass over members that they do not know, so that a closed
 * contract may grow by optional ones.
 */
export function compareContract(old: EventContract, now: EventContract): ContractChange[] {
  const [forward, backward] = [dataDifferences(now, old), dataDifferences(old, now)]
  const mutual = new Set(forward.filter(({ isMutual }) => isMutual).map(differenceKey))
  const changes = [
    ...envelopeChanges(old, now),
    ...forward.map((each) => newEventsChange(old.type, each)),
    ...backward
      .filter((each) => !mutual.has(differenceKey(each)))
      .map((each) => oldEventsChange(old.type, each)),
    ...defaultChanges(old, now),
  ]
  return changes.length > 0 || textOf(old.data) === textOf(now.data) ? changes : [understood(old.type)]
}

/** Whether events of two contracts are opened by the same keys. */
export function isOpenedAlike(one: EventContract, other: EventContract): boolean {
  return listed(one) === listed(other)
}

function listed(contract: EventContract): string {
  const members = personalMembers(contract)
  return textOf(members && { ...members, fields: members.fields.toSorted() })
}

/** What is said of events beside their data: by what they are ordered, and what of them is sealed. */
export function envelopeChanges(old: EventContract, now: EventContract): ContractChange[] {
  return [...keyChange(old, now), ...personalChange(old, now)]
}

function keyChange(old: EventContract, now: EventContract): ContractChange[] {
  if (old.key === now.key) return []
  return [
    {
      rule: 'key-changed',
      severity: 'error',
      breaks: 'all consumers',
      message: `${old.type} is kept in order by ${now.key} instead of ${old.key}: old and new events about the same thing are in no order`,
      fix: `${nextVersion}.`,
      details: { from: old.key, to: now.key },
    },
  ]
}

function personalChange(old: EventContract, now: EventContract): ContractChange[] {
  if (isOpenedAlike(old, now)) return []
  const [from, to] = [personalMembers(old), personalMembers(now)]
  return [
    {
      rule: 'personal-changed',
      severity: 'error',
      breaks: 'all consumers',
      message: `${old.type} has other personal members: ${said(from)} before, ${said(to)} now. What is sealed is opened by the contract`,
      fix: `${nextVersion}: a member is sealed in all events of a type, or in none.`,
      details: { from, to },
    },
  ]
}

function said(members: ReturnType<typeof personalMembers>): string {
  if (members === undefined) return 'none'
  return `${members.fields.join(', ')} of ${members.subject} for ${members.purpose}`
}

function newEventsChange(type: string, difference: DataDifference): ContractChange {
  const { isCertain, isMutual = false } = difference
  return {
    ...ruleOf(difference, 'not-forward-compatible'),
    breaks: isMutual ? 'all consumers' : 'old consumers',
    message: `${type}: ${differenceText(difference)} in new events, which consumers that run do not expect${isCertain ? '' : ', as far as could be seen'}`,
    fix: `${nextVersion}, which consumers take up one by one.`,
  }
}

function oldEventsChange(type: string, difference: DataDifference): ContractChange {
  return {
    ...ruleOf(difference, 'not-backward-compatible'),
    breaks: 'new consumers',
    message: `${type}: ${differenceText(difference)} in events that lie in the log, which new consumers do not expect${difference.isCertain ? '' : ', as far as could be seen'}`,
    fix: oldEventsFix(difference),
  }
}

/** What to do about events that were told and are not understood any more. */
function oldEventsFix({ reason, isContent }: DataDifference): string {
  const newVersion = 'publish a new version of the type, to which consumers lift old events with `upcasters`.'
  if (isContent === true) return `Leave the contract as it was, and ${newVersion}`
  return reason === absent
    ? `Make the member optional, or leave the contract as it was and ${newVersion}`
    : `Let the contract allow what it allowed before, or leave it as it was and ${newVersion}`
}

/** What is not certain is a warning, whatever it would be. */
export function ruleOf(
  { isCertain, path, ...rest }: DataDifference,
  rule: string,
): Pick<ContractChange, 'rule' | 'severity' | 'details'> {
  return {
    rule: isCertain ? rule : 'not-comparable',
    severity: isCertain ? 'error' : 'warning',
    details: { path, ...('witness' in rest && { witness: rest.witness }) },
  }
}

function defaultChanges(old: EventContract, now: EventContract): ContractChange[] {
  return changedSayings(old.data, now.data)
    .filter(({ keyword }) => keyword === 'default')
    .map(({ path, before, now: after }) => ({
      rule: 'default-changed',
      severity: 'note',
      breaks: 'nobody',
      message: `${old.type}: ${path === '' ? 'the data' : path} has the default ${after.join(' or ') || 'none'}, and had ${before.join(' or ') || 'none'}: events stay as they are told, since nothing fills a default in`,
      fix: 'Nothing, unless a consumer of yours fills it in.',
      details: { path },
    }))
}
