import type { ApiChange } from './change.js'
import { requestChanges, responseChanges } from './compare-schemas.js'
import { encodingChanges } from './encodings.js'
import type { Comparison } from './exchange.js'
import { closest, covers } from './document/media-types.js'
import type { Content } from './document/operation.js'

/** What of contents that were taken is refused now, by what they are and what is in them. */
export function takenChanges(old: Content, now: Content, comparison: Comparison): ApiChange[] {
  const kept = [...old].flatMap(([type, before]): ApiChange[] => {
    const after = closest(now, type)
    if (after !== undefined) {
      const here = { ...comparison, say: comparison.say.at(after.at), isText: isText(type) }
      return [...requestChanges(before.schema, after.schema, here), ...encodingChanges(before, after, here)]
    }
    const left = [...now.keys()].filter((each) => covers(type, each))
    const what =
      left.length > 0 ? `takes only ${left.join(' and ')} of ${type} now` : `does not take ${type} any more`
    return [comparison.say('error', 'media-type-removed', what)]
  })
  const added = [...now].filter(([type]) => closest(old, type) === undefined)
  return [
    ...kept,
    ...added.map(([type, { at }]) => comparison.say.at(at)('note', 'media-type-added', `takes ${type}, too`)),
  ]
}

/** Whether numbers in it are digits. */
function isText(type: string): boolean {
  return /^(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)(?:;|$)/.test(type)
}

/** What of contents that are given those who know the old ones do not expect. */
export function givenChanges(old: Content, now: Content, comparison: Comparison): ApiChange[] {
  const { where, say } = comparison
  const kept = [...old].flatMap(([type, before]): ApiChange[] => {
    const after = closest(now, type)
    const within = [...now].filter(([each]) => covers(type, each) && closest(old, each) === before)
    const known = after === undefined || now.has(type) ? within : [...within, [type, after] as const]
    if (known.length === 0) return [say('error', 'media-type-removed', `${where} is not ${type} any more`)]
    return known.flatMap(([, media]) => {
      const here = { ...comparison, say: say.at(media.at) }
      return [...responseChanges(before.schema, media.schema, here), ...encodingChanges(before, media, here)]
    })
  })
  const added = [...now].filter(([type]) => closest(old, type) === undefined)
  const isWider = (type: string): boolean => [...old.keys()].some((known) => covers(type, known))
  return [
    ...kept,
    ...added.map(([type, { at }]) =>
      isWider(type)
        ? say.at(at)('warning', 'media-type-widened', `${where} may be anything of ${type} now`)
        : say.at(at)('note', 'media-type-added', `${where} may be ${type}, where it is asked for`),
    ),
  ]
}
