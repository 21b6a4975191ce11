import { listsOfSchemas, namedSchemas, oneSchema } from '../validation/data-schema.js'
import type { Personal } from '../table.js'
import type { EventContract, JsonSchema } from './event-contract.js'
import { personalMembers } from './personal-members.js'

/** What is said to people alone. */
const documentation = ['title', 'description', '$comment', 'examples']

/**
 * A contract in a form that is the same however it was written: without what is said to people alone, and with all that
 * has no order in the order of its names.
 */
export function canonicalContract(contract: EventContract): EventContract {
  const { type, key, data } = contract
  const personal = personalMembers(contract)
  return {
    type,
    key,
    data: canonicalSchema(data) as JsonSchema,
    ...(personal && { personal: canonicalPersonal(personal) }),
  }
}

function canonicalPersonal({ subject, fields, purpose }: Required<Personal>): Personal {
  return { subject, fields: fields.toSorted(), purpose }
}

/** Whether two contracts of a type say the same. */
export function isSameContract(one: EventContract, other: EventContract): boolean {
  return JSON.stringify(canonicalContract(one)) === JSON.stringify(canonicalContract(other))
}

function canonicalSchema(schema: unknown): unknown {
  if (!isObject(schema)) return schema
  const said = Object.entries(schema).filter(([key]) => !documentation.includes(key))
  return sorted(said.map(([key, value]) => [key, canonicalKeyword(key, value)]))
}

function canonicalKeyword(key: string, value: unknown): unknown {
  if (Array.isArray(value)) {
    if (listsOfSchemas.includes(key)) return value.map(canonicalSchema)
    return ['required', 'type'].includes(key) ? value.toSorted() : value.map(canonicalValue)
  }
  if (!isObject(value)) return value
  if (oneSchema.includes(key)) return canonicalSchema(value)
  if (!namedSchemas.includes(key)) return canonicalValue(value)
  return sorted(Object.entries(value).map(([name, each]) => [name, canonicalSchema(each)]))
}

function canonicalValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonicalValue)
  if (!isObject(value)) return value
  return sorted(Object.entries(value).map(([name, each]) => [name, canonicalValue(each)]))
}

function sorted(entries: readonly (readonly [string, unknown])[]): JsonSchema {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
