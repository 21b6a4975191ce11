import { personalMembers, type EventContract, type Personal } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { Compile } from 'typebox/compile'
import { longestSubject } from '../personal/index.js'
import type { NewEvent } from './new-event.js'
import { escaped, problemsOf, type EventProblem } from './event-problems.js'
import { isTraceparent, isUuid } from './text-forms.js'
import { uuidV7 } from './uuid-v7.js'

/** The most bytes that the data of an event has, as JSON in UTF-8. */
export const mostEventBytes = 262_144

/** The most characters of a key: an index holds it, whatever script it is written in. */
const longestKey = 512

/** A message says this many problems; `details.problems` has them all. */
const mostSaid = 5

/** An event that may be stored: the columns of its row, the data also as a text of JSON. */
export interface CheckedEvent {
  readonly id: string
  readonly type: string
  readonly key: string
  readonly data: unknown
  readonly json: string
  readonly correlationId: string | null
  readonly causationId: string | null
  readonly traceparent: string | null
  /** What of the data is still to be sealed. */
  readonly personal: Required<Personal> | undefined
}

/** Judges events of one contract. */
export type EventCheck = (event: NewEvent) => CheckedEvent

/**
 * The check of one contract. Its schema is compiled when the first event comes.
 *
 * @returns Throws FreeholdError `FREEHOLD_EVENT_TOO_LARGE`, before anything else is looked at, and
 *   `FREEHOLD_EVENT_INVALID` with all that is wrong.
 */
export function checkOf(contract: EventContract): EventCheck {
  const personal = personalMembers(contract)
  let compiled: ReturnType<typeof Compile> | undefined
  return (event) => {
    const json = jsonOf(contract.type, event.data)
    // What is judged is what will be stored: a Date is a text by then, and what is undefined is gone.
    const data: unknown = JSON.parse(json)
    compiled ??= Compile(contract.data)
    const problems = compiled.Check(data) ? [] : problemsOf(compiled, data)
    const key = textIn(data, contract.key)
    problems.push(...keyProblems(key, contract.key), ...attributeProblems(event), ...textProblems(json))
    if (personal !== undefined) problems.push(...subjectProblems(data, personal))
    if (problems.length > 0 || key === undefined) throw invalid(contract.type, problems)
    const { id = uuidV7(), correlationId = null, causationId = null, traceparent = null } = event
    return { id, type: contract.type, key, data, json, correlationId, causationId, traceparent, personal }
  }
}

function jsonOf(type: string, data: unknown): string {
  const json = stringified(type, data)
  const bytes = Buffer.byteLength(json)
  if (bytes <= mostEventBytes) return json
  throw new FreeholdError('FREEHOLD_EVENT_TOO_LARGE', {
    message: `The data of ${type} is ${bytes} bytes of JSON, and ${mostEventBytes} at most.`,
    details: { type, bytes, limit: mostEventBytes },
  })
}

function stringified(type: string, data: unknown): string {
  let cause: unknown
  try {
    const json = JSON.stringify(data) as string | undefined
    if (json !== undefined) return json
  } catch (error) {
    cause = error
  }
  throw invalid(type, [{ pointer: '/data', message: 'cannot be written as JSON' }], cause)
}

/** A key store takes no other subjects. */
function subjectProblems(data: unknown, { subject, fields }: Personal): EventProblem[] {
  const id = textIn(data, subject)
  const isPersonal = fields.some(
    (field) => ((data as Readonly<Record<string, unknown>>)[field] ?? null) !== null,
  )
  if (id === undefined || !isPersonal || (id !== '' && id.length <= longestSubject)) return []
  const message = `is the subject of what is personal, of 1 to ${longestSubject} characters`
  return [{ pointer: `/data/${escaped(subject)}`, message }]
}

function textIn(data: unknown, member: string): string | undefined {
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, member)) return undefined
  const key = (data as Readonly<Record<string, unknown>>)[member]
  return typeof key === 'string' ? key : undefined
}

function keyProblems(key: string | undefined, member: string): EventProblem[] {
  // That it is missing or no text is said by the schema, which requires it.
  if (key === undefined) return []
  const pointer = `/data/${escaped(member)}`
  if (key === '') return [{ pointer, message: 'is the key of the event, and must not be empty' }]
  if (key.length > longestKey)
    return [{ pointer, message: `is the key of the event, of ${longestKey} characters at most` }]
  // A key travels in headers, and attributes of CloudEvents have none of these.
  if (/\p{Cc}/u.test(key))
    return [{ pointer, message: 'is the key of the event, and must not have control characters' }]
  return []
}

function attributeProblems({ id, correlationId, causationId, traceparent }: NewEvent): EventProblem[] {
  const problems: EventProblem[] = []
  if (id !== undefined && !isUuid(id)) problems.push({ pointer: '/id', message: 'must be a UUID' })
  for (const [name, value] of Object.entries({ correlationId, causationId })) {
    if (value !== undefined && (!/^\P{C}+$/u.test(value) || value.length > longestKey))
      problems.push({
        pointer: `/${name}`,
        message: `must have 1 to ${longestKey} characters, and none of control`,
      })
  }
  if (traceparent !== undefined && !isTraceparent(traceparent))
    problems.push({
      pointer: '/traceparent',
      message: 'must be a W3C traceparent, 00-<32 hex>-<16 hex>-<2 hex>',
    })
  return problems
}

/** NUL and halves of surrogate pairs, which JSON escapes and `jsonb` refuses. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/

function textProblems(json: string): EventProblem[] {
  if (!json.includes('\\u') || !unstorable.test(json)) return []
  return [{ pointer: '/data', message: 'must not contain a NUL character or half of a surrogate pair' }]
}

function invalid(type: string, problems: readonly EventProblem[], cause?: unknown): FreeholdError {
  const first = problems.slice(0, mostSaid).map(({ pointer, message }) => `${pointer} ${message}`)
  const said = [...first, ...(problems.length > mostSaid ? ['and more'] : [])].join('; ')
  return new FreeholdError('FREEHOLD_EVENT_INVALID', {
    message: `An event ${type} does not fit its contract: ${said}.`,
    details: { type, problems },
    ...(cause !== undefined && { cause }),
  })
}
