import Type from 'typebox'
import { expect, it } from 'vitest'
import { defineService } from '../service.js'
import { databasePerService } from '../strategy.js'
import { defineSystem } from '../system.js'
import { immutable } from '../table.js'
import { canonicalContract, isSameContract } from './canonical-contract.js'
import { consumedContract } from './consumed-contract.js'
import { defineEvent, type EventContract, type JsonSchema } from './event-contract.js'

const type = 'shop.order-placed.v1'
const data = Type.Object(
  { id: Type.String(), title: Type.Optional(Type.String({ default: 'x' })), item: Type.String() },
  { additionalProperties: false },
)
const placed: EventContract = defineEvent({ type, key: 'id', data })
const written = (schema: JsonSchema, also: Partial<EventContract> = {}): EventContract => ({
  type,
  key: 'id',
  data: schema,
  ...also,
})

it('a contract has one form, however it was written', () => {
  const other = written(
    {
      required: ['item', 'id'],
      additionalProperties: false,
      description: 'An order',
      properties: {
        item: { type: 'string', examples: ['a pen'] },
        title: { default: 'x', type: 'string', title: 'The title' },
        id: { type: 'string' },
      },
      type: 'object',
    },
    { description: 'Somebody ordered something.' },
  )
  expect(JSON.stringify(canonicalContract(other))).toBe(JSON.stringify(canonicalContract(placed)))
  expect(Object.keys(canonicalContract(placed).data['properties'] as object)).toEqual(['id', 'item', 'title'])
})

it.each<[string, EventContract]>([
  [
    'another default',
    written({
      ...placed.data,
      properties: { ...(placed.data['properties'] as object), title: { type: 'string', default: 'y' } },
    }),
  ],
  ['another order of alternatives', written({ ...placed.data, anyOf: [{ required: ['id'] }, {}] })],
  ['another key', { ...placed, key: 'item' }],
  ['something personal', { ...placed, personal: { subject: 'id', fields: ['item'] } }],
])('with %s it is another one', (_, other) => {
  expect(isSameContract(placed, other)).toBe(false)
})

it('what is personal is for the purpose of the publisher, in any order', () => {
  const personal = { subject: 'id', fields: ['title', 'item'] }
  const same = { subject: 'id', fields: ['item', 'title'], purpose: 'shop' }
  expect(isSameContract({ ...placed, personal }, { ...placed, personal: same })).toBe(true)
})

const owns = { events: immutable({ kind: 'events' }) }
const shop = defineService({ name: 'shop', database: 'shop_db', owns, publishes: [placed] })
const billing = (heard: EventContract | string) =>
  defineService({ name: 'billing', database: 'billing_db', owns, consumes: { shop: [heard] } })
const systemOf = (heard: EventContract | string) =>
  defineSystem({ name: 'x', strategy: databasePerService(), services: [shop, billing(heard)] })

it('a service reads by the contract that it was given, where that is not the one of the publisher', () => {
  const own = defineEvent({ type, key: 'id', data: Type.Object({ id: Type.String() }) })
  const system = systemOf(own)
  expect(system.services[1]?.expects).toHaveLength(1)
  expect(consumedContract(system, system.services[1]!, 'shop', type)?.data['required']).toEqual(['id'])
  for (const heard of [type, placed, written(structuredClone(placed.data), { description: 'A copy' })]) {
    const same = systemOf(heard)
    expect(same.services[1]).not.toHaveProperty('expects')
    expect(consumedContract(same, same.services[1]!, 'shop', type)?.data).toEqual(placed.data)
  }
  expect(consumedContract(system, system.services[1]!, 'shop', 'shop.gone.v1')).toBeUndefined()
})

it('a contract by which nobody can read is refused where it is named', () => {
  const open = written({ type: 'object', properties: { id: { type: 'strng' } }, required: ['id'] })
  expect(() => systemOf(open)).toThrow(
    /services\.billing\.consumes\.shop\.shop\.order-placed\.v1\.data\.properties\.id\.type: is not a type that JSON has/,
  )
})
