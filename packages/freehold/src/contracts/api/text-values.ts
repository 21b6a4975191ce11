import type { JsonSchema } from '@freehold/manifest'
import { textOf, withEach, withParts, type WrittenSchema } from '../../schemas/index.js'

type Written = JsonSchema | boolean

/** How a keyword is called of which only the text may be compared. */
export const ofTheText = '$textOf demands'

/**
 * A schema of what is read from a text, in a query, a path, a header or a form, where nobody can tell a number from its digits:
 * whoever takes any text takes numbers, and `true` is a text, too. Whoever takes a list takes one value.
 *
 * @param sent - What is sent. It is not looked for readings that nothing of it has.
 */
export function readAsText(written: WrittenSchema, sent: WrittenSchema): WrittenSchema {
  const text = JSON.stringify(sent)
  const has: Sent = {
    numbers: /"(?:number|integer|boolean)"/.test(text),
    texts: /"(?:pattern|enum|const|format)"/.test(text),
  }
  const read = (each: Written): Written =>
    typeof each === 'boolean' ? each : wider(withParts(each, read), has)
  const { schema, definitions } = withEach(written, read)
  return { schema: oneOrMany(schema, definitions), definitions }
}

interface Sent {
  readonly numbers: boolean
  /** Texts that may be numbers only, since something more is said of them. */
  readonly texts: boolean
}

function wider({ oneOf, ...schema }: JsonSchema, has: Sent): JsonSchema {
  // A number is several of the alternatives where one of them is any text.
  const whole: JsonSchema = { ...schema, ...choices(schema, oneOf) }
  const { type, enum: values, const: value, ...others } = whole
  if (Array.isArray(values)) return { ...others, enum: values.flatMap(readings) }
  if (value !== undefined) return { ...others, enum: readings(value) }
  const types = [type].flat()
  const isNumber = types.includes('number') || types.includes('integer')
  const also = [
    ...(types.includes('string') && has.numbers ? [unquoted(others)] : []),
    ...(types.includes('boolean') ? [{ enum: ['true', 'false'] }] : []),
    ...(isNumber && has.texts ? [digits(others, types.includes('number'))] : []),
  ]
  return also.length === 0 ? whole : { anyOf: [whole, ...also] }
}

function choices({ anyOf }: JsonSchema, oneOf: unknown): JsonSchema {
  if (oneOf === undefined) return {}
  return anyOf === undefined ? { anyOf: oneOf } : { allOf: [{ anyOf: oneOf }] }
}

const ofNumbers = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']

/** Texts that are read as a number. Whether it is within its bounds, the text does not say. */
function digits(schema: JsonSchema, isDecimal: boolean): JsonSchema {
  const said = Object.entries(schema).filter(([keyword]) => ofNumbers.includes(keyword))
  const texts = { type: 'string', pattern: isDecimal ? '^-?[0-9.]+$' : '^-?[0-9]+$' }
  return said.length === 0 ? texts : { ...texts, $textOf: textOf(said) }
}

/** A value, and what else is written like it. */
function readings(value: unknown): unknown[] {
  if (typeof value === 'number' || typeof value === 'boolean') return [value, String(value)]
  if (value === 'true' || value === 'false') return [value, value === 'true']
  return typeof value === 'string' && String(Number(value)) === value ? [value, Number(value)] : [value]
}

const ofTexts = ['minLength', 'maxLength', 'pattern', 'format']

/** Values that are no texts and are written like one. Whether such a text is right is known where all are. */
function unquoted(schema: JsonSchema): JsonSchema {
  const said = Object.entries(schema).filter(([keyword]) => ofTexts.includes(keyword))
  const types = { type: ['number', 'boolean'] }
  return said.length === 0 ? types : { ...types, $textOf: textOf(said) }
}

function oneOrMany(schema: Written, definitions: Readonly<Record<string, Written>>): Written {
  if (typeof schema === 'boolean') return schema
  const { $ref } = schema
  const target = typeof $ref === 'string' ? definitions[$ref] : undefined
  if (target !== undefined) return oneOrMany(target, {})
  const { type, items = true, minItems = 0, anyOf } = schema
  if (Array.isArray(anyOf)) return { ...schema, anyOf: anyOf.map((each) => oneOrMany(each as Written, {})) }
  return [type].flat().includes('array') && Number(minItems) <= 1 ? { anyOf: [schema, items] } : schema
}
