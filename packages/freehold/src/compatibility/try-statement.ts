import type { RecordedStatement } from '../releases/recorded-statement.js'
import { Attempt } from './attempt.js'
import { breakOf, isRefused } from './break.js'
import { asCopy } from './copies.js'
import type { ReadStatement } from './read-statement.js'
import { inWords } from './side.js'
import type { Trial, TrialStage } from './trial.js'
import { together } from './try-parts.js'
import { wayToTry, type WayToTry } from './way-to-try.js'

/** Tries a statement on both schemas: parsed, planned, and executed with values that meet rows. */
export async function tryStatement(stage: TrialStage, read: ReadStatement, name: string): Promise<Trial> {
  const statement = read.recorded
  const way = await wayToTry(stage.from.session, read, name)
  switch (way.how) {
    case 'not at all':
      return { statement, reached: 'executed', metRows: true, breaks: [] }
    case 'none':
      return { statement, reached: 'unchecked', reason: way.reason, metRows: false, breaks: [] }
    case 'as it is':
      return tryUtility(stage, statement, way)
    case 'prepared':
      return tryPrepared(stage, statement, name, way)
    case 'in parts':
      return tryParts(stage, read, name, way)
  }
}

async function tryPrepared(
  stage: TrialStage,
  statement: RecordedStatement,
  name: string,
  { variant, copy }: Extract<WayToTry, { how: 'prepared' }>,
): Promise<Trial> {
  if (copy === undefined) return new Attempt(stage, statement, name, variant).run()
  // Nobody knows what values are copied: those that are likely show whether it works at all.
  const likely = { ...stage, isVaried: () => false }
  return asCopy(stage, await new Attempt(likely, statement, name, variant).run(), copy)
}

async function tryParts(
  stage: TrialStage,
  read: ReadStatement,
  name: string,
  { parts, text }: Extract<WayToTry, { how: 'in parts' }>,
): Promise<Trial> {
  const trials = []
  for (const [index, part] of parts.entries())
    trials.push(await tryStatement(stage, part, `${name}_${index}`))
  const [first] = trials.flatMap(({ shape }) => shape ?? [])
  const whole = first && (await tryUtility(stage, read.recorded, { texts: [text], shape: first }))
  return together(read, trials, whole)
}

async function tryUtility(
  { from, to }: TrialStage,
  statement: RecordedStatement,
  { texts, shape }: Pick<Extract<WayToTry, { how: 'as it is' }>, 'texts' | 'shape'>,
): Promise<Trial> {
  let reason = 'it cannot be executed'
  for (const text of texts) {
    const was = await from.session.attemptAndUndo(text)
    if (!was.ok) {
      reason = inWords(was)
      continue
    }
    const is = await to.session.attemptAndUndo(text)
    const broken = isRefused(is)
      ? [breakOf(is, 'statement-fails', (session) => session.attemptAndUndo(text))]
      : []
    return { statement, reached: 'executed', shape, metRows: true, breaks: broken }
  }
  return { statement, reached: 'unchecked', reason, shape, metRows: false, breaks: [] }
}
