import { sayOf, type ApiChange } from './change.js'
import { compareOperation } from './compare-operation.js'
import type { ApiDocument } from './document.js'
import { operationsOf } from './operations.js'

/**
 * What the change from one OpenAPI document to another does to clients of the old one. Requests that were right have to
 * be right still, and answers have to be such as were to be expected.
 */
export function compareApis(old: ApiDocument, now: ApiDocument): ApiChange[] {
  const [before, after] = [operationsOf(old), operationsOf(now)]
  const kept = [...before].flatMap(([key, operation]): ApiChange[] => {
    const next = after.get(key)
    if (next !== undefined) return compareOperation(operation, next, { old, now })
    const fix = operation.isDeprecated
      ? 'See that nobody calls it any more: it was deprecated.'
      : 'Keep it, deprecated, until nobody calls it any more.'
    return [sayOf(operation.name)('error', 'operation-removed', 'is gone', fix)]
  })
  const added = [...after].flatMap(([key, { name }]) =>
    before.has(key) ? [] : [sayOf(name)('note', 'operation-added', 'is new')],
  )
  return [...kept, ...added]
}
