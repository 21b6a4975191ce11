import type { Break } from './break.js'
import { isOtherOrder, otherValues, type Answers } from './result-values.js'
import type { Outcome, SideSession, Success } from './side.js'
import type { StatementShape } from './statement-shape.js'
import type { TrialStage } from './trial.js'

/** A statement that was executed on both schemas, and how it is once more. */
export interface Answered {
  readonly shape: StatementShape
  readonly was: Success
  readonly is: Success
  /** On both, with the same values. */
  both(): Promise<readonly [Outcome, Outcome]>
  /** On another state of the schema, prepared anew, and then as often as one likes. */
  anew(session: SideSession): Promise<Outcome>
  once(session: SideSession): Promise<Outcome>
}

/** Whether a statement returns something else of the same rows, though nothing refuses it: a warning. */
export async function valueBreaks(
  { hasSameRows, from, to }: TrialStage,
  { shape, was, is, ...ask }: Answered,
): Promise<Break[]> {
  // Which rows come first is nobody's promise where they are not sorted.
  const isAnybodys = shape.isLimited && !shape.isOrdered
  if (!hasSameRows || was.rows === 0 || is.rows === 0 || isAnybodys) return []
  if (was.rows === is.rows && JSON.stringify(was.data) === JSON.stringify(is.data)) return []
  const [wasAgain, isAgain] = await ask.both()
  if (!wasAgain.ok || !isAgain.ok) return []
  const isOrdered = shape.isOrdered && isOtherOrder(from.catalog, to.catalog, shape)
  const answers = (now: Success, nowAgain: Success): Answers => ({
    was: [was, wasAgain],
    is: [now, nowAgain],
    isOrdered,
  })
  const message = otherValues(answers(is, isAgain))
  if (message === undefined) return []
  const isBrokenOn = async (session: SideSession): Promise<boolean> => {
    const [first, second] = [await ask.anew(session), await ask.once(session)]
    return !first.ok || !second.ok || otherValues(answers(first, second)) !== undefined
  }
  return [{ rule: 'result-values-differ', severity: 'warning', message, isBrokenOn }]
}
