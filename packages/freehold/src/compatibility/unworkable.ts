import type { RecordedStatement } from '../releases/recorded-statement.js'
import { isRefused } from './break.js'
import type { Untried } from './coverage.js'
import { explain } from './prepared.js'
import { readStatement } from './read-statement.js'
import { inWords, openSide, type Outcome, type Side, type SideSession } from './side.js'
import { wayToTry, type WayToTry } from './way-to-try.js'

/**
 * Statements that do not work on the schema that they are said to be sent to, with what the server says. What was
 * recorded in a session with temporary tables is among them, and may be right all the same.
 *
 * @throws FreeholdError `FREEHOLD_SERVER_UNREACHABLE`, `FREEHOLD_COMPATIBILITY_NO_ROLE`.
 */
export async function unworkableOn(side: Side, statements: readonly RecordedStatement[]): Promise<Untried[]> {
  await using session = await openSide(side)
  const found: Untried[] = []
  for (const [index, recorded] of statements.entries()) {
    const name = `freehold_${index}`
    const way = await wayToTry(session, await readStatement(recorded), name)
    const outcome = await outcomeOf(session, way, name)
    const refusal = outcome && isRefused(outcome) ? inWords(outcome) : undefined
    const reason = way.how === 'none' ? way.reason : refusal
    const { text: statement, sentFrom } = recorded
    if (reason !== undefined) found.push({ statement, reason, ...(sentFrom !== undefined && { sentFrom }) })
  }
  return found
}

/** What a row says of a statement, and no schema: its values are those of another database. */
const ofValues = /^(22|23|P0)/

/** What has to be planned to show that the role may use it, or to be executed as it stands. */
async function outcomeOf(session: SideSession, way: WayToTry, name: string): Promise<Outcome | undefined> {
  if (way.how === 'as it is') {
    const outcomes = []
    for (const text of way.texts) outcomes.push(await session.attemptAndUndo(text))
    return outcomes.find(({ ok }) => ok) ?? outcomes[0]
  }
  if (way.how === 'in parts') {
    const outcome = await session.attemptAndUndo(way.text)
    return !outcome.ok && ofValues.test(outcome.sqlstate) ? undefined : outcome
  }
  if (way.how !== 'prepared') return undefined
  const { text, shape } = way.variant
  return explain(session, { name, text, parameterCount: shape.parameterCount })
}
