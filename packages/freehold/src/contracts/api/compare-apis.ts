import { sayOf, type ApiChange } from './change.js'
import { callbackChanges } from './compare-callbacks.js'
import { compareOperation } from './compare-operation.js'
import type { ApiDocument } from './document/document.js'
import type { Operation } from './document/operation.js'
import { operationsOf, webhooksOf } from './document/read-operations.js'

/**
 * What the change from one OpenAPI document to another does to clients of the old one. Requests that were right have to
 * be right still, and answers have to be such as were to be expected; of callbacks and webhooks the other way round.
 */
export function compareApis(old: ApiDocument, now: ApiDocument): ApiChange[] {
  const [before, after] = [operationsOf(old), operationsOf(now)]
  const kept = [...before].flatMap(([key, operation]): ApiChange[] => {
    const next = after.get(key)
    return next === undefined ? [removed(operation)] : compareOperation(operation, next, { old, now })
  })
  const added = [...after].flatMap(([key, operation]) =>
    before.has(key) ? [] : [sayOf(operation)('note', 'operation-added', 'is new')],
  )
  const sent = callbackChanges(webhooksOf(old), webhooksOf(now), { old, now }, ['webhooks'])
  return [...kept, ...added, ...sent]
}

function removed(operation: Operation): ApiChange {
  const fix = operation.isDeprecated
    ? 'See that nobody calls it any more: it was deprecated.'
    : 'Keep it, deprecated, until nobody calls it any more.'
  return sayOf(operation)('error', 'operation-removed', 'is gone', fix)
}
