/** The parts of a proof. */
export const chapters = ['isolation', 'immutability', 'static'] as const

/** A part of a proof: who gets where, what a log bears, and what the catalogs and the statements say. */
export type Chapter = (typeof chapters)[number]

/**
 * What came of an attack or a check. `residual`: SQL cannot prevent it here, and the report says what can. `not looked
 * at`: nobody knows, so that it is never counted as held.
 */
export type Verdict = 'held' | 'failed' | 'residual' | 'not looked at'

/** One attack that was made, or one thing that was looked at. */
export interface Finding {
  readonly chapter: Chapter
  /** The same in every run: `server.create-role`. */
  readonly id: string
  /** What was attempted or looked for, in a few words. */
  readonly what: string
  /** The service whose role attacked, or whose things were looked at. */
  readonly service: string
  /** The role that attacked; absent where something was only looked at. */
  readonly as?: string
  /** A service, `the platform`, `the server`, or a log. */
  readonly against: string
  readonly verdict: Verdict
  /** What the server answered, or what was found. */
  readonly says?: string
  /** What to do about it. */
  readonly repair?: string
  /** Whether the proof is whole without it. */
  readonly optional?: true
}

/** How many findings there are of each verdict. */
export type Counts = Readonly<Record<Verdict, number>>

/** Counts findings by their verdict. */
export function countsOf(findings: readonly Finding[]): Counts {
  const counts = { held: 0, failed: 0, residual: 0, 'not looked at': 0 }
  for (const { verdict } of findings) counts[verdict] += 1
  return counts
}
