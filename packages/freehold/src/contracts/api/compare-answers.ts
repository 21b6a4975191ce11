import type { ApiChange, Say } from './change.js'
import { givenChanges } from './compare-content.js'
import { responseChanges } from './compare-schemas.js'
import type { Exchange } from './exchange.js'
import type { Header, Operation, Response } from './document/operation.js'
import { hundredOf, isRange, isSuccess } from './document/statuses.js'

/** What a change of its answers does to those who call an operation. */
export function answerChanges(old: Operation, now: Operation, exchange: Exchange, say: Say): ApiChange[] {
  const gone = [...old.responses.keys()].filter((status) => isSuccess(status) && !isStillGiven(status, now))
  const kept = [...now.responses].flatMap(([status, after]): ApiChange[] => {
    const here = say.at(after.at)
    const before = knownAs(old, status)
    if (before.length > 0)
      return before.flatMap((each) => changesOf(`the answer ${status}`, each, after, exchange, here))
    return isSuccess(status)
      ? [here('warning', 'status-added', `may answer ${status}, which clients do not know`)]
      : [here('note', 'status-added', `may answer ${status}`)]
  })
  return [
    ...gone.map((status) => say('error', 'status-removed', `does not answer ${status} any more`)),
    ...kept,
    ...merged(old, now, exchange, say),
    ...widened(old, now, say),
  ]
}

/** Answers that are no longer named, by what is said of their hundred, or of all others. */
function merged(old: Operation, now: Operation, exchange: Exchange, say: Say): ApiChange[] {
  return [...old.responses].flatMap(([status, before]): ApiChange[] => {
    if (now.responses.has(status)) return []
    const cover = [hundredOf(status), 'default'].find((each) => now.responses.has(each))
    const after = cover === undefined ? undefined : now.responses.get(cover)
    if (cover === undefined || after === undefined || knownAs(old, cover).includes(before)) return []
    return changesOf(`the answer ${status}, now ${cover},`, before, after, exchange, say.at(after.at))
  })
}

/** A hundred instead of some of it. */
function widened(old: Operation, now: Operation, say: Say): ApiChange[] {
  return [...now.responses].flatMap(([status, { at }]) =>
    isRange(status) && isSuccess(status) && !old.responses.has(status) && membersOf(old, status).length > 0
      ? [say.at(at)('warning', 'status-added', `may answer any ${status}, of which clients know some`)]
      : [],
  )
}

/** What the old document says of a status: itself, its hundred or what is known of that, or what it says of all others. */
function knownAs(old: Operation, status: string): Response[] {
  const { responses } = old
  const named = responses.get(status) ?? responses.get(hundredOf(status))
  if (named !== undefined) return [named]
  const within = isRange(status) ? membersOf(old, status) : []
  if (within.length > 0) return within
  const others = responses.get('default')
  return others === undefined ? [] : [others]
}

function isStillGiven(status: string, now: Operation): boolean {
  const { responses } = now
  if (responses.has(status) || responses.has(hundredOf(status))) return true
  if (isRange(status) && membersOf(now, status).length > 0) return true
  // What is said of all others is said of successes where no success is named.
  return responses.has('default') && ![...responses.keys()].some(isSuccess)
}

function membersOf({ responses }: Operation, range: string): Response[] {
  return [...responses].flatMap(([status, each]) =>
    !isRange(status) && hundredOf(status) === range ? [each] : [],
  )
}

function changesOf(where: string, old: Response, now: Response, exchange: Exchange, say: Say): ApiChange[] {
  const headers = [...old.headers].flatMap(([name, before]): ApiChange[] => {
    const after = now.headers.get(name)
    if (after !== undefined)
      return headerChanges(`the header ${name} of ${where}`, before, after, exchange, say.at(after.at))
    const severity = before.isRequired ? 'error' : 'warning'
    return [say(severity, 'header-removed', `${where} has no header ${name} any more`)]
  })
  const added = [...now.headers].filter(([name]) => !old.headers.has(name))
  return [
    ...givenChanges(old.content, now.content, { exchange, say, where }),
    ...headers,
    ...added.map(([name, { at }]) => say.at(at)('note', 'header-added', `${where} has the header ${name}`)),
  ]
}

function headerChanges(where: string, old: Header, now: Header, exchange: Exchange, say: Say): ApiChange[] {
  return [
    ...(old.isRequired && !now.isRequired
      ? [say('error', 'header-optional', `${where} may be absent now`)]
      : []),
    ...(old.isText === now.isText
      ? []
      : [say('error', 'header-style', `${where} is written another way (as text, or of a media type)`)]),
    ...responseChanges(old.schema, now.schema, { exchange, say, where, isText: old.isText && now.isText }),
  ]
}
