import type { CheckFinding } from './finding.js'

/** What a check looks at, in the order in which it is shown. */
export const checkParts = ['migrations', 'statements', 'events', 'api'] as const

/** What a check looks at. */
export type CheckPart = (typeof checkParts)[number]

/** What could not be looked at, which is never the same as nothing found. */
export interface NotLookedAt {
  /** Why: a sentence. */
  readonly why: string
  /** What to do: a sentence. */
  readonly fix: string
}

/** What one part of a check found of one service. */
export interface PartReport {
  readonly part: CheckPart
  readonly service: string
  /** What was looked at, as a person would say it: `2 of 8 migrations, which no release has`. */
  readonly looked: string
  readonly findings: readonly CheckFinding[]
  readonly notLookedAt: readonly NotLookedAt[]
  /** Of the statements: how many were checked, and why others were not. */
  readonly coverage?: Coverage
}

/** How many statements were checked. */
export interface Coverage {
  readonly checked: number
  readonly of: number
  /** Reasons for which some were not, each with how many. */
  readonly unchecked: Readonly<Record<string, number>>
}

/** Whether nothing was left out. */
export function isWhole({ checked, of }: Coverage): boolean {
  return checked === of
}

/** `478 of 500 statements checked; 22 not: 22 use temporary tables`. */
export function coverageText(coverage: Coverage): string {
  const { checked, of, unchecked } = coverage
  const told = `${checked} of ${of} statements checked`
  if (isWhole(coverage)) return told
  const reasons = Object.entries(unchecked).map(([reason, count]) => `${count} ${reason}`)
  return `${told}; ${of - checked} not: ${reasons.join('; ')}`
}
