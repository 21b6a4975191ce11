import { expect, test } from 'vitest'
import { saidOf } from '../../../test/fixtures/api-changes.js'
import { api, json, schemas } from '../../../test/fixtures/notes-api.js'

const named = (kind: string) => ({ $ref: `#/components/schemas/${kind}` })
const shape = (size: string) => ({
  type: 'object',
  properties: { kind: { type: 'string' }, [size]: { type: 'number' } },
  required: ['kind', size],
})
const shapes = { Circle: shape('radius'), Square: shape('side'), Round: shape('radius') }
const heirs = (names: readonly string[], mapping?: object) => ({
  Shape: {
    type: 'object',
    properties: { kind: { type: 'string' } },
    required: ['kind'],
    discriminator: { propertyName: 'kind', ...(mapping && { mapping }) },
  },
  ...Object.fromEntries(
    names.map((name) => [name, { allOf: [named('Shape'), { properties: { size: {} } }] }]),
  ),
})
const shaped = (way: 'asked' | 'told', schema: object, also: object = shapes) =>
  api({
    components: { ...schemas(), schemas: { ...schemas().schemas, ...also } },
    paths: {
      '/shapes': {
        post:
          way === 'asked'
            ? { requestBody: { content: json(schema) }, responses: { 204: {} } }
            : { responses: { 200: { content: json(schema) } } },
      },
    },
  })
const choice = (mapping: object | undefined, ...names: string[]) => ({
  oneOf: names.map(named),
  discriminator: { propertyName: 'kind', ...(mapping && { mapping }) },
})

const withCircle = (circle: object) => ({
  ...heirs([]),
  Circle: { allOf: [named('Shape'), circle] },
})

const both = choice({ c: 'Circle', s: 'Square' }, 'Circle', 'Square')
const ofAll = named('Shape')

test.each([
  [
    'a request by a name that is gone',
    shaped('asked', both),
    shaped('asked', choice({ c: 'Circle', q: 'Square' }, 'Circle', 'Square')),
    'error request-narrowed',
  ],
  [
    'a request by one more name',
    shaped('asked', both),
    shaped(
      'asked',
      choice({ c: 'Circle', o: '#/components/schemas/Circle', s: 'Square' }, 'Circle', 'Square'),
    ),
    undefined,
  ],
  [
    'an answer by another name',
    shaped('told', both),
    shaped('told', choice({ c: 'Circle', q: 'Square' }, 'Circle', 'Square')),
    'error response-widened',
  ],
  [
    'an answer by one name less',
    shaped('told', choice({ c: 'Circle', o: 'Circle', s: 'Square' }, 'Circle', 'Square')),
    shaped('told', both),
    undefined,
  ],
  [
    'a schema that is its own name',
    shaped('asked', choice(undefined, 'Circle')),
    shaped('asked', choice(undefined, 'Round')),
    'error request-narrowed',
  ],
  [
    'its own name, mapped',
    shaped('asked', choice(undefined, 'Circle', 'Square')),
    shaped('asked', choice({ Circle: 'Circle', Square: 'Square' }, 'Circle', 'Square')),
    undefined,
  ],
  [
    'an heir that is gone from requests',
    shaped('asked', ofAll, heirs(['Circle', 'Square'])),
    shaped('asked', ofAll, heirs(['Circle'])),
    'error request-narrowed',
  ],
  [
    'an heir that is new in requests',
    shaped('asked', ofAll, heirs(['Circle'])),
    shaped('asked', ofAll, heirs(['Circle', 'Square'])),
    undefined,
  ],
  [
    'an heir that is new in answers',
    shaped('told', ofAll, heirs(['Circle'])),
    shaped('told', ofAll, heirs(['Circle', 'Square'])),
    'error response-widened',
  ],
  [
    'an heir by another name',
    shaped('told', ofAll, heirs(['Circle'], { c: 'Circle' })),
    shaped('told', ofAll, heirs(['Circle'], { o: 'Circle' })),
    'error response-widened',
  ],
  [
    'an heir that asks for more in requests',
    shaped('asked', ofAll, withCircle({ properties: { r: {} } })),
    shaped('asked', ofAll, withCircle({ properties: { r: {} }, required: ['r'] })),
    'error request-narrowed',
  ],
  [
    'an heir that says less in answers',
    shaped('told', ofAll, withCircle({ properties: { r: {} }, required: ['r'] })),
    shaped('told', ofAll, withCircle({ properties: { r: {} } })),
    'error response-widened',
  ],
  [
    'an heir of an heir that is new in answers',
    shaped('told', ofAll, heirs(['Circle'])),
    shaped('told', ofAll, {
      ...heirs(['Circle']),
      Ball: { allOf: [named('Circle'), { properties: { weight: {} } }] },
    }),
    'error response-widened',
  ],
])('alternatives told apart by a member: %s', (_name, old, now, expected) => {
  const said = new Set(saidOf(old, now).filter((each) => !each.startsWith('note')))
  expect([...said]).toEqual(expected === undefined ? [] : [expected])
})
