import { Check } from 'typebox/schema'
import { textOf, type Schema } from './schema.js'

type Definitions = Readonly<Record<string, Schema>>

/** Where none is said, the validator looks for older ways of naming schemas, in all of them, at each reference. */
const $schema = 'https://json-schema.org/draft/2020-12/schema'

const named = new WeakMap<Definitions, Record<string, Exclude<Schema, boolean>>>()

/** Whether a value is valid under a schema, by the validator that the services use too. */
export function accepts(definitions: Definitions, schema: Schema, value: unknown): boolean {
  if (typeof schema === 'boolean') return schema
  return Check(byReference(definitions), { $schema, allOf: [schema] }, value)
}

/** Definitions by how they are referred to, which the validator looks up and does not search for. */
function byReference(definitions: Definitions): Record<string, Exclude<Schema, boolean>> {
  const known = named.get(definitions)
  if (known !== undefined) return known
  const made = Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [
      `#/$defs/${name}`,
      typeof schema === 'boolean' ? (schema ? {} : { not: {} }) : schema,
    ]),
  )
  named.set(definitions, made)
  return made
}

/** Definitions, and what of all this a validator cannot be asked. */
export interface Known {
  readonly definitions: Definitions
  /** Whether what a validator says of a value under a schema is not to be believed. */
  isUnclear(schema: Schema, value: unknown): boolean
  /** How much may still be looked at: schemas that nest alternatives in alternatives would take forever. */
  readonly effort: { left: number }
}

const mostEffort = 100_000
/** A validator takes its time for large schemas and values, and what nests has no others. */
const charactersOfEffort = 200
/** Where several parts of a schema refer to the whole, each level of a value is looked at by all of them, and the next one by all of theirs. */
const deepestValue = 8

/**
 * What is known of some schemas. A keyword that nobody can tell the meaning of makes all unclear that has it, or may refer
 * to it. What validators say of `unevaluatedProperties` and `unevaluatedItems` beside alternatives differs, so that they
 * are asked only of values in which there is nothing that could be evaluated.
 */
export function knownOf(definitions: Definitions, ...schemas: readonly Schema[]): Known {
  const all = JSON.stringify([definitions, ...schemas])
  const effort = { left: mostEffort }
  const hasUnclear = all.includes('"$unclear":')
  if (!hasUnclear && !all.includes('"$whole":')) return { definitions, effort, isUnclear: () => false }
  const answers = new WeakMap<object, boolean>()
  const mentions = (schema: object): boolean => {
    const known = answers.get(schema)
    if (known !== undefined) return known
    const answer = /"\$(?:unclear|whole|ref)":/.test(textOf(schema))
    answers.set(schema, answer)
    return answer
  }
  return {
    definitions,
    effort,
    isUnclear: (schema, value) =>
      typeof schema === 'object' &&
      (hasUnclear || (typeof value === 'object' && value !== null)) &&
      mentions(schema),
  }
}

/** Whether a value is valid for certain. */
export function surely(schema: Schema, value: unknown, known: Known): boolean {
  return !isOpen(schema, value, known) && asked(schema, value, known)
}

/** Whether a value may be valid: also where that is unclear. */
export function perhaps(schema: Schema, value: unknown, known: Known): boolean {
  return isOpen(schema, value, known) || asked(schema, value, known)
}

function isOpen(schema: Schema, value: unknown, known: Known): boolean {
  return known.isUnclear(schema, value) || isDeeper(value, deepestValue)
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1))
}

function asked(schema: Schema, value: unknown, known: Known): boolean {
  spend(known, lengthOf(schema) + lengthOf(value))
  return accepts(known.definitions, schema, value)
}

/** Notes that something was looked at, of so many characters. */
export function spend({ effort }: Pick<Known, 'effort'>, characters = 0): void {
  effort.left -= 1 + Math.floor(characters / charactersOfEffort)
}

function lengthOf(value: unknown): number {
  return typeof value === 'object' ? JSON.stringify(value).length : 1
}
