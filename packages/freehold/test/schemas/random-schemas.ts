import type { JsonSchema } from '@freehold/manifest'
import fc from 'fast-check'

type Written = JsonSchema | boolean

const names = ['a', 'b', 'c']
const small = fc.integer({ min: 0, max: 3 })

const scalar: fc.Arbitrary<JsonSchema> = fc.oneof(
  fc.constantFrom<JsonSchema>(
    {},
    { type: 'null' },
    { type: 'boolean' },
    { type: 'string' },
    { type: 'number' },
    { type: 'integer' },
    { type: 'string', format: 'uuid' },
  ),
  fc.record(
    {
      type: fc.constantFrom('number', 'integer'),
      minimum: fc.integer({ min: -2, max: 3 }),
      maximum: fc.integer({ min: 0, max: 5 }),
      exclusiveMinimum: fc.integer({ min: -1, max: 2 }),
      exclusiveMaximum: fc.integer({ min: 0, max: 5 }),
      multipleOf: fc.constantFrom(1, 2, 0.5),
    },
    { requiredKeys: ['type'] },
  ),
  fc.record(
    {
      type: fc.constant('string'),
      minLength: fc.integer({ min: 0, max: 2 }),
      maxLength: fc.integer({ min: 1, max: 4 }),
      pattern: fc.constantFrom('^a', 'b$', '^[ab]*$'),
    },
    { requiredKeys: ['type'] },
  ),
  fc.record({ type: fc.subarray(['string', 'null', 'integer', 'object', 'array'], { minLength: 1 }) }),
  fc.record({
    enum: fc.uniqueArray(fc.constantFrom(null, true, 0, 1, 'a', 'ab', ''), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ const: fc.constantFrom<unknown>(0, 'a', null, [0], { a: 0 }) }),
)

/** What a schema may refer to: each of the documents that {@link documents} makes has these. */
const references = ['#/$defs/Part', '#/$defs/Whole', '#/$defs/Part/properties/b', '#anchored']

/** Schemas of the keywords of draft 2020-12. References are in parts alone, so that none leads to itself at once. */
function schemas(isReferring: boolean): fc.Arbitrary<JsonSchema> {
  const { schema } = fc.letrec<{ schema: JsonSchema; part: Written }>((tie) => ({
    part: fc.oneof(
      { weight: 1, arbitrary: fc.boolean() },
      { weight: 9, arbitrary: tie('schema') },
      ...(isReferring
        ? [
            { weight: 2, arbitrary: fc.record({ $ref: fc.constantFrom(...references) }) },
            { weight: 1, arbitrary: fc.constant({ $dynamicRef: '#node' }) },
          ]
        : []),
    ),
    schema: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      scalar,
      fc.record(
        {
          type: fc.constant('object'),
          properties: fc.dictionary(fc.constantFrom(...names), tie('part'), { maxKeys: 3 }),
          required: fc.subarray(names),
          additionalProperties: tie('part'),
          maxProperties: fc.integer({ min: 1, max: 3 }),
          minProperties: small,
        },
        { requiredKeys: ['type', 'properties'] },
      ),
      fc.record(
        {
          type: fc.constant('object'),
          patternProperties: fc.dictionary(fc.constantFrom('^a', 'b'), tie('part'), { maxKeys: 2 }),
          properties: fc.dictionary(fc.constantFrom(...names), tie('part'), { maxKeys: 2 }),
          additionalProperties: tie('part'),
        },
        { requiredKeys: ['type', 'patternProperties'] },
      ),
      fc.record(
        {
          properties: fc.dictionary(fc.constantFrom(...names), tie('part'), { maxKeys: 2 }),
          propertyNames: tie('schema'),
          dependentRequired: fc.dictionary(fc.constantFrom(...names), fc.subarray(names), { maxKeys: 2 }),
          dependentSchemas: fc.dictionary(fc.constantFrom(...names), tie('schema'), { maxKeys: 1 }),
          allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
          anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }),
          unevaluatedProperties: tie('part'),
        },
        { requiredKeys: [] },
      ),
      fc.record(
        {
          type: fc.constant('array'),
          items: tie('part'),
          prefixItems: fc.array(tie('part'), { minLength: 1, maxLength: 2 }),
          minItems: fc.integer({ min: 0, max: 2 }),
          maxItems: fc.integer({ min: 1, max: 3 }),
          uniqueItems: fc.boolean(),
        },
        { requiredKeys: ['type'] },
      ),
      fc.record(
        {
          contains: tie('schema'),
          minContains: small,
          maxContains: small,
          allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 1 }),
          unevaluatedItems: tie('part'),
        },
        { requiredKeys: [] },
      ),
      fc.record({
        prefixItems: fc.array(tie('part'), { minLength: 1, maxLength: 2 }),
        unevaluatedItems: tie('part'),
      }),
      fc.record(
        { if: tie('schema'), then: tie('schema'), else: tie('schema'), properties: fc.constant({ a: {} }) },
        { requiredKeys: [] },
      ),
      fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
      fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
      fc.record({ not: tie('schema') }),
    ),
  }))
  return schema
}

const plain = schemas(false)

/** A schema with definitions, and references to them in it. */
const documents: fc.Arbitrary<JsonSchema> = fc
  .record({ schema: schemas(true), whole: plain, member: plain, anchored: plain })
  .map(({ schema, whole, member, anchored }) => ({
    ...schema,
    $dynamicAnchor: 'node',
    $defs: {
      Whole: whole,
      Part: { type: 'object', properties: { b: member } },
      Anchored: { ...anchored, $anchor: 'anchored' },
    },
  }))

/** One is often the other with something else in a place of it, which is what evolutions are like. */
function pairsOf(schema: fc.Arbitrary<JsonSchema>): fc.Arbitrary<[JsonSchema, JsonSchema]> {
  const two = fc.tuple(schema, schema)
  return fc.oneof(
    two,
    two.map(([a, b]): [JsonSchema, JsonSchema] => [a, { ...a, ...b }]),
    two.map(([a, b]): [JsonSchema, JsonSchema] => [a, { ...b, ...a }]),
    two.map(([a, b]): [JsonSchema, JsonSchema] => [
      a,
      { ...a, anyOf: [withoutDefinitions(b), withoutDefinitions(a)] },
    ]),
    two.map(([a, b]): [JsonSchema, JsonSchema] => [{ ...a, allOf: [withoutDefinitions(b)] }, a]),
    fc
      .tuple(schema, fc.nat(), fc.nat())
      .map(([a, one, other]): [JsonSchema, JsonSchema] => [without(a, one), without(a, other)]),
  )
}

function withoutDefinitions({ $defs: _, $dynamicAnchor: __, ...schema }: JsonSchema): JsonSchema {
  return schema
}

/** The schema without one of its keywords. */
function without(schema: JsonSchema, which: number): JsonSchema {
  const keywords = Object.keys(schema).filter((keyword) => !keyword.startsWith('$'))
  return Object.fromEntries(
    Object.entries(schema).filter(([keyword]) => keyword !== keywords[which % Math.max(1, keywords.length)]),
  )
}

/** Schemas that are complete in themselves, and pairs of them. */
export const plainSchemas = plain
export const plainPairs = pairsOf(plain)
/** The same with definitions. */
export const documentPairs = pairsOf(documents)

/** The same in the words of draft 7, as far as it has any. */
export function inDraft7(schema: unknown): JsonSchema | boolean {
  if (typeof schema !== 'object' || schema === null) return schema !== false
  const { prefixItems, items, dependentRequired, dependentSchemas, ...rest } = Object.fromEntries(
    Object.entries(schema).map(([key, value]: [string, unknown]) => [key, inner(key, value)]),
  )
  const {
    unevaluatedItems: _,
    unevaluatedProperties: __,
    minContains: ___,
    maxContains: ____,
    ...known
  } = rest
  const dependencies = { ...(dependentRequired as object), ...(dependentSchemas as object) }
  return {
    ...known,
    ...(prefixItems === undefined
      ? items !== undefined && { items }
      : { items: prefixItems, ...(items !== undefined && { additionalItems: items }) }),
    ...(Object.keys(dependencies).length > 0 && { dependencies }),
  }
}

function inner(key: string, value: unknown): unknown {
  if (['enum', 'const', 'type', 'required', 'dependentRequired'].includes(key)) return value
  if (Array.isArray(value)) return value.map(inDraft7)
  if (typeof value !== 'object' || value === null) return value
  if (!['properties', 'patternProperties', 'dependentSchemas'].includes(key)) return inDraft7(value)
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inDraft7(each)]))
}

/** Values about which these schemas say different things. */
export const universe: readonly unknown[] = (() => {
  const few: unknown[] = [null, 0, 1, 'a', {}, []]
  const scalars: unknown[] = [
    ...[null, true, false, 0, 1, 2, 3, 4, 5, -1, -2, 0.5, 1.5, 2.25, 7],
    ...['', 'a', 'b', 'ab', 'ba', 'aab', 'xyzzy', '0198c0de-0000-7000-8000-000000000000'],
  ]
  const keys = [...names, 'ab', 'x']
  const pairs = keys.flatMap((a, index) => keys.slice(index + 1).map((b) => [a, b] as const))
  return [
    ...scalars,
    {},
    ...keys.flatMap((key) => scalars.map((value) => ({ [key]: value }))),
    ...pairs.flatMap(([a, b]) => few.flatMap((one) => few.map((other) => ({ [a]: one, [b]: other })))),
    ...few.flatMap((one) => few.map((other) => ({ a: one, b: other, c: one }))),
    ...few.flatMap((one) => names.flatMap((a) => names.map((b) => ({ [a]: { [b]: one } })))),
    ...few.map((one) => ({ a: { b: 1, c: one } })),
    [],
    ...scalars.map((value) => [value]),
    ...few.flatMap((one) => few.map((other) => [one, other])),
    ...few.flatMap((one) => few.map((other) => [one, other, one])),
    ...few.flatMap((one) => names.map((name) => [{ [name]: one }])),
    ...few.flatMap((one) => names.map((name) => ({ [name]: [one] }))),
  ]
})()
