import { personalMembers, type EventContract, type JsonSchema, type System } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { Compile } from 'typebox/compile'

/** An error names this many problems of the data. */
const mostSaid = 5

interface Problem {
  readonly pointer: string
  readonly message: string
}

/** An event that waits, and the data that it is to have. */
export interface NewData {
  readonly source: string
  readonly type: string
  readonly data: unknown
  /** The data that it has. */
  readonly before: unknown
}

/**
 * Sees that new data of a parked event fits the contract of its type, as it was seen to when it was appended. A type that
 * the manifest no longer names is let through. What is personal stays sealed: it stays as it is, or is left away.
 *
 * @throws FreeholdError `FREEHOLD_EVENT_INVALID`, with what is wrong in its details.
 */
export function requireFitting(system: System, { source, type, data, before }: NewData): void {
  const publisher = system.services.find(({ name }) => name === source)
  const contract = publisher?.publishes.find((published) => published.type === type)
  if (contract === undefined) return
  const problems = [...sealProblems(contract, data, before), ...schemaProblems(schemaOf(contract), data)]
  if (problems.length === 0) return
  const said = problems.slice(0, mostSaid).map(({ pointer, message }) => `${pointer} ${message}`)
  throw new FreeholdError('FREEHOLD_EVENT_INVALID', {
    message: `The data does not fit the contract ${type}: ${said.join('; ')}.`,
    fix: `Give data that fits it: freehold asyncapi --service ${source} has its schema. Or discard the event.`,
    details: { type, problems },
  })
}

function schemaProblems(schema: JsonSchema, data: unknown): Problem[] {
  const compiled = Compile(schema)
  if (compiled.Check(data)) return []
  return compiled
    .Errors(data)
    .map(({ instancePath, message }) => ({ pointer: `/data${instancePath}`, message }))
}

/** Of what is sealed nobody here can say whether it fits. */
function schemaOf(contract: EventContract): JsonSchema {
  const { data } = contract
  const fields = personalMembers(contract)?.fields ?? []
  const members = Object.entries(data['properties'] as Readonly<Record<string, JsonSchema>>)
  const judged = members.map(([name, schema]) => [name, fields.includes(name) ? {} : schema] as const)
  return { ...data, properties: Object.fromEntries(judged) }
}

function sealProblems(contract: EventContract, data: unknown, before: unknown): Problem[] {
  const personal = personalMembers(contract)
  if (personal === undefined) return []
  const { subject, fields } = personal
  const [to, from] = [membersOf(data), membersOf(before)]
  const problem = (name: string, message: string): Problem => ({
    pointer: `/data/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    message,
  })
  const kept = fields.filter((field) => Object.hasOwn(to, field))
  return [
    ...kept
      .filter((field) => to[field] !== from[field])
      .map((field) => problem(field, 'is personal: it stays sealed as it is, or is left away')),
    ...(kept.length > 0 && to[subject] !== from[subject]
      ? [problem(subject, 'is whose key opens what is personal: it stays as it is')]
      : []),
  ]
}

function membersOf(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null ? (data as Readonly<Record<string, unknown>>) : {}
}
