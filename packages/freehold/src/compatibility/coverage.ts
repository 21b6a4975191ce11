import type { Reached, Trial } from './trial.js'

/** A statement that was not tried, and why. */
export interface Untried {
  readonly statement: string
  readonly sentFrom?: string
  readonly reason: string
}

/** How much of what was recorded was checked, and how far. */
export interface Coverage {
  readonly statements: number
  /** How many got exactly as far as that. */
  readonly reached: Readonly<Record<Reached, number>>
  /** Of those executed, how many found or wrote a row. */
  readonly metRows: number
  /** Statements that could not be checked at all, with the reason. */
  readonly unchecked: readonly Untried[]
  /** What was parsed or planned and not executed, though something that it uses has changed, with the reason. */
  readonly notExecuted: readonly Untried[]
}

/** Counts what trials came to. */
export function coverageOf(trials: readonly Trial[]): Coverage {
  const count = (reached: Reached): number => trials.filter((trial) => trial.reached === reached).length
  const told = (isMeant: (trial: Trial) => boolean) =>
    trials
      .filter((trial) => isMeant(trial) && trial.breaks.length === 0)
      .map(({ statement, reason = 'no values were found with which it works' }) => ({
        statement: statement.text,
        ...(statement.sentFrom !== undefined && { sentFrom: statement.sentFrom }),
        reason,
      }))
  return {
    statements: trials.length,
    reached: {
      unchecked: count('unchecked'),
      parsed: count('parsed'),
      planned: count('planned'),
      executed: count('executed'),
    },
    metRows: trials.filter(({ metRows }) => metRows).length,
    unchecked: told(({ reached }) => reached === 'unchecked'),
    notExecuted: told(({ isTouched }) => isTouched === true),
  }
}
