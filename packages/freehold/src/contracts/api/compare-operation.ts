import { sayOf, type ApiChange, type Say } from './change.js'
import { answerChanges } from './compare-answers.js'
import { callbackChanges } from './compare-callbacks.js'
import { takenChanges } from './compare-content.js'
import { parameterChanges } from './compare-parameters.js'
import { securityChanges } from './compare-security.js'
import { calls, type Documents, type Exchange } from './exchange.js'
import type { Operation } from './document/operation.js'

/** What a change of an operation does to those who use it. */
export function compareOperation(old: Operation, now: Operation, documents: Documents): ApiChange[] {
  const say = sayOf(now)
  const exchange = calls(documents)
  return [
    ...parameterChanges(old, now, exchange, say),
    ...bodyChanges(old, now, exchange, say),
    ...answerChanges(old, now, exchange, say),
    ...securityChanges(old, now, say),
    ...callbackChanges(old.callbacks, now.callbacks, documents, now.at),
    ...(now.isDeprecated && !old.isDeprecated ? [say('note', 'operation-deprecated', 'is deprecated')] : []),
  ]
}

function bodyChanges(
  { body: old }: Operation,
  { body: now }: Operation,
  exchange: Exchange,
  say: Say,
): ApiChange[] {
  if (now === undefined)
    return old === undefined ? [] : [say('error', 'body-removed', 'takes no body any more')]
  const here = say.at(now.at)
  const needed = here('error', 'body-required', 'needs a body now', 'Take requests without one, too.')
  if (old === undefined) return [now.isRequired ? needed : here('note', 'body-added', 'takes a body now')]
  return [
    ...(now.isRequired && !old.isRequired ? [needed] : []),
    ...takenChanges(old.content, now.content, { exchange, say: here, where: 'the body' }),
  ]
}
