import { isRecord } from './schema.js'

/** Keywords with one schema in them, with several, and with several that have names. */
export const single = [
  ...['not', 'if', 'then', 'else', 'items', 'contains', 'additionalProperties', 'propertyNames'],
  ...['unevaluatedItems', 'unevaluatedProperties'],
] as const
export const lists = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const
export const named = ['properties', 'patternProperties', 'dependentSchemas'] as const

/** The schemas that a schema has in it, whatever they are for. Definitions are among them, and contents are not. */
export function schemasIn(schema: Readonly<Record<string, unknown>>): unknown[] {
  return [
    ...[...single, 'additionalItems'].flatMap((key) => (isRecord(schema[key]) ? [schema[key]] : [])),
    ...[...lists, 'items'].flatMap((key) => (Array.isArray(schema[key]) ? (schema[key] as unknown[]) : [])),
    ...[...named, 'dependencies', '$defs', 'definitions'].flatMap((key) =>
      isRecord(schema[key]) ? Object.values(schema[key]) : [],
    ),
  ]
}

const typeNames = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']

const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)
const isCount = (value: unknown): boolean => isNumber(value) && Number.isInteger(value) && Number(value) >= 0
const isType = (value: unknown): boolean => typeNames.includes(value as string)
const areTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === 'string')

/** Whether a pattern can be asked: it is read with the flag `u`, as validators read it. */
export function isPattern(value: unknown): boolean {
  if (typeof value !== 'string') return false
  try {
    return new RegExp(value, 'u').source !== ''
  } catch {
    return false
  }
}

/** Keywords with no schema in them, and what their value has to be. */
export const plain: Readonly<Record<string, (value: unknown) => boolean>> = {
  type: (value) => isType(value) || (Array.isArray(value) && value.length > 0 && value.every(isType)),
  enum: Array.isArray,
  const: () => true,
  minimum: isNumber,
  maximum: isNumber,
  exclusiveMinimum: isNumber,
  exclusiveMaximum: isNumber,
  multipleOf: (value) => isNumber(value) && Number(value) > 0,
  minLength: isCount,
  maxLength: isCount,
  pattern: isPattern,
  format: (value) => typeof value === 'string',
  minItems: isCount,
  maxItems: isCount,
  uniqueItems: (value) => typeof value === 'boolean',
  minContains: isCount,
  maxContains: isCount,
  minProperties: isCount,
  maxProperties: isCount,
  required: areTexts,
  dependentRequired: (value) => isRecord(value) && Object.values(value).every(areTexts),
}
