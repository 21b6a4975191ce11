import type { ApiChange, Say } from './change.js'
import type { Operation } from './document/operation.js'
import type { Requirement } from './document/security.js'

/** Whether those who came in are let in still. */
export function securityChanges(
  { security: old }: Operation,
  { security: now }: Operation,
  say: Say,
): ApiChange[] {
  const refused = old.filter((given) => !now.some((needed) => suffices(given, needed)))
  if (refused.length > 0) {
    const names = [...new Set(refused.map(inWords))].join(', or ')
    return [
      say(
        'error',
        'security-added',
        `asks for more than ${names}, by which clients come in today`,
        'Let them in by what they have until they have the other.',
      ),
    ]
  }
  const isLooser = now.some((needed) => !old.some((before) => suffices(needed, before)))
  return isLooser ? [say('note', 'security-loosened', 'lets more clients in than before')] : []
}

function suffices(given: Requirement, needed: Requirement): boolean {
  return [...needed].every(([scheme, { scopes }]) => {
    const has = given.get(scheme)
    return has !== undefined && scopes.every((scope) => has.scopes.includes(scope))
  })
}

function inWords(requirement: Requirement): string {
  const schemes = [...requirement.values()].map(({ shown, scopes }) =>
    scopes.length === 0 ? shown : `${shown} with ${scopes.join(', ')}`,
  )
  return schemes.join(' and ') || 'nothing'
}
