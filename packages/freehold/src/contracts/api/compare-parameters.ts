import type { ApiChange, Say } from './change.js'
import { requestChanges } from './compare-schemas.js'
import type { Exchange } from './exchange.js'
import type { Operation, Parameter } from './document/operation.js'

/** What a change of its parameters does to those who call an operation. */
export function parameterChanges(old: Operation, now: Operation, exchange: Exchange, say: Say): ApiChange[] {
  const kept = [...old.parameters].flatMap(([key, before]): ApiChange[] => {
    const after = now.parameters.get(key)
    if (after !== undefined) return changesOf(before, after, exchange, say.at(after.at))
    const what = 'what clients ask for by it is refused or passed over'
    return [say('error', 'parameter-removed', `the ${before.name} is gone: ${what}`)]
  })
  const added = [...now.parameters].flatMap(([key, { name, at, isRequired }]) => {
    if (old.parameters.has(key)) return []
    const here = say.at(at)
    // What is in a path was there before it was described.
    if (!isRequired || key.startsWith('path ')) return [here('note', 'parameter-added', `the ${name} is new`)]
    const fix = 'Make it optional, with a default.'
    return [here('error', 'parameter-required', `the ${name} is new, and required`, fix)]
  })
  return [...kept, ...added]
}

function changesOf(old: Parameter, now: Parameter, exchange: Exchange, say: Say): ApiChange[] {
  const where = `the ${now.name}`
  const way = old.isText && now.isText ? 'style and explode' : 'style, or media type'
  return [
    ...(now.isRequired && !old.isRequired
      ? [say('error', 'parameter-required', `${where} is required now`, 'Leave it optional, with a default.')]
      : []),
    ...(!now.isRequired && old.isRequired
      ? [say('note', 'parameter-optional', `${where} is optional now`)]
      : []),
    ...(old.mayBeEmpty && !now.mayBeEmpty
      ? [say('error', 'parameter-not-empty', `${where} may not be sent without a value any more`)]
      : []),
    ...(isWrittenAlike(old, now)
      ? []
      : [say('error', 'parameter-style', `${where} is written another way (${way})`)]),
    ...requestChanges(old.schema, now.schema, { exchange, say, where, isText: now.isText && old.isText }),
  ]
}

function isWrittenAlike(old: Parameter, now: Parameter): boolean {
  if (old.style !== now.style || old.isText !== now.isText) return false
  return old.lists === now.lists || old.lists === undefined || now.lists === undefined
}
