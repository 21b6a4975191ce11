import type { CheckFinding } from '../../checking/finding.js'

/** A change of a contract, and whom it concerns. */
export interface ContractChange extends Pick<CheckFinding, 'severity' | 'message' | 'fix'> {
  readonly rule: string
  readonly breaks: 'old consumers' | 'new consumers' | 'all consumers' | 'nobody'
  readonly details: Readonly<Record<string, unknown>>
}

/** What to do about a contract that was changed where it may not be. */
export const nextVersion = 'Leave the contract as it was, and publish a new version of the type beside it'

/** What is said of a change that breaks nobody. */
export function understood(type: string): ContractChange {
  return {
    rule: 'changed',
    severity: 'note',
    breaks: 'nobody',
    message: `${type} has changed in a way that every consumer understands`,
    fix: 'Nothing.',
    details: {},
  }
}

/** What is said of a type that is not there any more. */
export function removed(type: string): ContractChange {
  return {
    rule: 'type-removed',
    severity: 'error',
    breaks: 'all consumers',
    message: `${type} is not published any more`,
    fix: 'Publish it beside its successor until no consumer names it, and keep the contract for as long as the log has such events.',
    details: {},
  }
}
