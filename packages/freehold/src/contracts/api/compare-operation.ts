import { sayOf, type ApiChange, type Say } from './change.js'
import { requestChanges, responseChanges, type Documents } from './compare-schemas.js'
import type { Operation, Response } from './operations.js'

/** What a change of an operation does to those who use it. */
export function compareOperation(old: Operation, now: Operation, documents: Documents): ApiChange[] {
  const say = sayOf(now.name)
  return [
    ...parameterChanges(old, now, documents, say),
    ...bodyChanges(old, now, documents, say),
    ...statusChanges(old, now, documents, say),
    ...securityChanges(old, now, say),
    ...(now.isDeprecated && !old.isDeprecated ? [say('note', 'operation-deprecated', 'is deprecated')] : []),
  ]
}

function parameterChanges(old: Operation, now: Operation, documents: Documents, say: Say): ApiChange[] {
  const kept = [...old.parameters].flatMap(([key, before]): ApiChange[] => {
    const after = now.parameters.get(key)
    if (after === undefined)
      return [
        say(
          'error',
          'parameter-removed',
          `the ${before.name} is gone: what clients ask for by it is refused or passed over`,
        ),
      ]
    return [
      ...(after.isRequired && !before.isRequired
        ? [
            say(
              'error',
              'parameter-required',
              `the ${after.name} is required now`,
              'Leave it optional, with a default.',
            ),
          ]
        : []),
      ...(!after.isRequired && before.isRequired
        ? [say('note', 'parameter-optional', `the ${after.name} is optional now`)]
        : []),
      ...(after.style === before.style
        ? []
        : [say('error', 'parameter-style', `the ${after.name} is written another way (style and explode)`)]),
      ...requestChanges(`the ${after.name}`, before.schema, after.schema, documents, say),
    ]
  })
  const added = [...now.parameters].flatMap(([key, { name, isRequired }]) =>
    old.parameters.has(key)
      ? []
      : isRequired
        ? [
            say(
              'error',
              'parameter-required',
              `the ${name} is new, and required`,
              'Make it optional, with a default.',
            ),
          ]
        : [say('note', 'parameter-added', `the ${name} is new`)],
  )
  return [...kept, ...added]
}

function bodyChanges(
  { body: old }: Operation,
  { body: now }: Operation,
  documents: Documents,
  say: Say,
): ApiChange[] {
  if (now === undefined)
    return old === undefined ? [] : [say('error', 'body-removed', 'takes no body any more')]
  if (old === undefined)
    return now.isRequired
      ? [say('error', 'body-required', 'needs a body now', 'Take requests without one, too.')]
      : [say('note', 'body-added', 'takes a body now')]
  const kept = [...old.content].flatMap(([type, before]) =>
    now.content.has(type)
      ? requestChanges('the body', before, now.content.get(type), documents, say)
      : [say('error', 'media-type-removed', `does not take ${type} any more`)],
  )
  const added = [...now.content.keys()].filter((type) => !old.content.has(type))
  return [
    ...(now.isRequired && !old.isRequired
      ? [say('error', 'body-required', 'needs a body now', 'Take requests without one, too.')]
      : []),
    ...kept,
    ...added.map((type) => say('note', 'media-type-added', `takes ${type}, too`)),
  ]
}

function statusChanges(old: Operation, now: Operation, documents: Documents, say: Say): ApiChange[] {
  const gone = [...old.responses.keys()].filter((status) => !now.responses.has(status) && isSuccess(status))
  const kept = [...now.responses].flatMap(([status, after]): ApiChange[] => {
    const before = knownAs(old, status)
    if (before !== undefined) return answerChanges(status, before, after, documents, say)
    return isSuccess(status)
      ? [say('warning', 'status-added', `may answer ${status}, which clients do not know`)]
      : [say('note', 'status-added', `may answer ${status}`)]
  })
  return [
    ...gone.map((status) => say('error', 'status-removed', `does not answer ${status} any more`)),
    ...kept,
  ]
}

/** What the old document says of a status: itself, its hundred, or what it says of all others. */
function knownAs({ responses }: Operation, status: string): Response | undefined {
  return responses.get(status) ?? responses.get(`${status.slice(0, 1)}XX`) ?? responses.get('default')
}

function isSuccess(status: string): boolean {
  return status.startsWith('2') || status.startsWith('3')
}

function answerChanges(
  status: string,
  old: Response,
  now: Response,
  documents: Documents,
  say: Say,
): ApiChange[] {
  const bodies = [...old.content].flatMap(([type, before]) =>
    now.content.has(type)
      ? responseChanges(`the answer ${status}`, before, now.content.get(type), documents, say)
      : [say('error', 'media-type-removed', `the answer ${status} is not ${type} any more`)],
  )
  const added = [...now.content.keys()].filter((type) => !old.content.has(type))
  const headers = [...old.headers].flatMap(([name, before]): ApiChange[] => {
    const after = now.headers.get(name)
    if (after !== undefined)
      return responseChanges(
        `the header ${name} of the answer ${status}`,
        before.schema,
        after.schema,
        documents,
        say,
      )
    const severity = before.isRequired ? 'error' : 'warning'
    return [say(severity, 'header-removed', `the answer ${status} has no header ${name} any more`)]
  })
  return [
    ...bodies,
    ...added.map((type) =>
      say('note', 'media-type-added', `the answer ${status} may be ${type}, where it is asked for`),
    ),
    ...headers,
  ]
}

function securityChanges(old: Operation, now: Operation, say: Say): ApiChange[] {
  const suffices = (given: Operation['security'][number], needed: Operation['security'][number]): boolean =>
    Object.entries(needed).every(([scheme, scopes]) => {
      const has = given[scheme]
      return has !== undefined && scopes.every((scope) => has.includes(scope))
    })
  const refused = old.security.filter((given) => !now.security.some((needed) => suffices(given, needed)))
  if (refused.length > 0) {
    const names = refused.map((each) => Object.keys(each).join(' and ') || 'nothing')
    return [
      say(
        'error',
        'security-added',
        `asks for more than ${names.join(', or ')}, by which clients come in today`,
        'Let them in by what they have until they have the other.',
      ),
    ]
  }
  const isLooser = now.security.some((needed) => !old.security.some((before) => suffices(needed, before)))
  return isLooser ? [say('note', 'security-loosened', 'lets more clients in than before')] : []
}
