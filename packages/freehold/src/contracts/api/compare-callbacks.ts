import { sayOf, type ApiChange, type Say, type Steps } from './change.js'
import { givenChanges, takenChanges } from './compare-content.js'
import { responseChanges } from './compare-schemas.js'
import { callsBack, type Documents, type Exchange } from './exchange.js'
import type { Operation } from './document/operation.js'
import { hundredOf } from './document/statuses.js'

type Operations = ReadonlyMap<string, Operation>

/**
 * What a change of what a server sends in turn does to those who get it: callbacks of an operation, or webhooks. All is the other
 * way round there: requests are what clients have to understand, and their answers have to be taken.
 *
 * @param at - Where they are in the document.
 */
export function callbackChanges(
  old: Operations,
  now: Operations,
  documents: Documents,
  at: Steps,
): ApiChange[] {
  const exchange = callsBack(documents)
  const kept = [...old].flatMap(([key, before]): ApiChange[] => {
    const after = now.get(key)
    if (after !== undefined) return changesOf(before, after, exchange, sayOf(after))
    const fix = 'Send it until nobody waits for it any more.'
    return [sayOf({ name: before.name, at })('error', 'callback-removed', 'is not sent any more', fix)]
  })
  const added = [...now].flatMap(([key, operation]) =>
    old.has(key) ? [] : [sayOf(operation)('note', 'callback-added', 'is new')],
  )
  return [...kept, ...added]
}

function changesOf(old: Operation, now: Operation, exchange: Exchange, say: Say): ApiChange[] {
  return [
    ...parametersSent(old, now, exchange, say),
    ...bodySent(old, now, exchange, say),
    ...answersTaken(old, now, exchange, say),
  ]
}

function parametersSent(old: Operation, now: Operation, exchange: Exchange, say: Say): ApiChange[] {
  return [...old.parameters].flatMap(([key, before]): ApiChange[] => {
    const after = now.parameters.get(key)
    const where = `the ${before.name}`
    if (after === undefined) {
      const severity = before.isRequired ? 'error' : 'warning'
      return [say(severity, 'callback-parameter-removed', `${where} is not sent any more`)]
    }
    const here = say.at(after.at)
    const isText = before.isText && after.isText
    return [
      ...(before.isRequired && !after.isRequired
        ? [here('error', 'callback-parameter-optional', `${where} may be absent now`)]
        : []),
      ...(before.style === after.style
        ? []
        : [here('error', 'parameter-style', `${where} is written another way (style, or media type)`)]),
      ...responseChanges(before.schema, after.schema, { exchange, say: here, where, isText }),
    ]
  })
}

function bodySent(
  { body: old }: Operation,
  { body: now }: Operation,
  exchange: Exchange,
  say: Say,
): ApiChange[] {
  if (old === undefined)
    return now === undefined ? [] : [say.at(now.at)('note', 'callback-body-added', 'is sent with a body now')]
  if (now === undefined) return [say('error', 'callback-body-removed', 'is sent without a body now')]
  const here = say.at(now.at)
  return [
    ...(old.isRequired && !now.isRequired
      ? [here('error', 'callback-body-optional', 'may be sent without a body now')]
      : []),
    ...givenChanges(old.content, now.content, { exchange, say: here, where: 'the body' }),
  ]
}

/** What clients answer has to be taken still. */
function answersTaken(old: Operation, now: Operation, exchange: Exchange, say: Say): ApiChange[] {
  return [...old.responses].flatMap(([status, before]): ApiChange[] => {
    const after =
      now.responses.get(status) ?? now.responses.get(hundredOf(status)) ?? now.responses.get('default')
    if (after === undefined)
      return [say('error', 'callback-answer-refused', `${status} is no answer to it any more`)]
    const here = { exchange, say: say.at(after.at), where: `the answer ${status}` }
    return takenChanges(before.content, after.content, here)
  })
}
