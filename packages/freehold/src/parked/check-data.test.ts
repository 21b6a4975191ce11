import { databasePerService, defineEvent, defineService, defineSystem, immutable } from '@freehold/manifest'
import Type from 'typebox'
import { describe, expect, test } from 'vitest'
import { requireFitting } from './check-data.js'

const Sold = defineEvent({
  type: 'shop.sold.v1',
  key: 'orderId',
  data: Type.Object({ orderId: Type.String(), pieces: Type.Integer({ minimum: 1 }) }),
})
const Sent = defineEvent({
  type: 'shop.sent.v1',
  key: 'orderId',
  data: Type.Object(
    {
      orderId: Type.String(),
      buyer: Type.String(),
      street: Type.Optional(Type.String({ maxLength: 20 })),
      pieces: Type.Integer({ minimum: 1 }),
    },
    { additionalProperties: false },
  ),
  personal: { subject: 'buyer', fields: ['street'] },
})
const shop = defineService({
  name: 'shop',
  database: 'shop_db',
  owns: { events: immutable({ kind: 'events' }) },
  publishes: [Sold],
  migrations: 'migrations',
})
const system = defineSystem({ name: 'sales', strategy: databasePerService(), services: [shop] })
const before = { orderId: 'a', pieces: 1 }

test('new data of a parked event fits its contract, or is refused with what is wrong', () => {
  const given = (data: unknown) => () =>
    requireFitting(system, { source: 'shop', type: Sold.type, data, before })
  expect(given({ orderId: 'a', pieces: 2 })).not.toThrow()
  expect(given({ orderId: 'a', pieces: -1 })).toThrow('/data/pieces')
  expect(given({ nonsense: 1 })).toThrow(expect.objectContaining({ code: 'FREEHOLD_EVENT_INVALID' }))
})

test('what the manifest no longer names is let through', () => {
  const other = { data: 1, before }
  expect(() => requireFitting(system, { source: 'shop', type: 'shop.sold.v0', ...other })).not.toThrow()
  expect(() => requireFitting(system, { source: 'gone', type: Sold.type, ...other })).not.toThrow()
})

describe('what is personal in a parked event', () => {
  // Nothing is judged of it here but this one contract: a system with personal data has more to declare.
  const sending = { ...system, services: [{ ...shop, publishes: [Sent] }] }
  const street = `personal.v1:shop:${'A'.repeat(60)}`
  const sealed = { orderId: 'a', buyer: 'ann', street, pieces: 0 }
  const given = (data: unknown) => () =>
    requireFitting(sending, { source: 'shop', type: Sent.type, data, before: sealed })

  test('stays as it is, or is left away, whatever the contract says of it in plain', () => {
    expect(given({ ...sealed, pieces: 1 })).not.toThrow()
    expect(given({ orderId: 'a', buyer: 'ann', pieces: 1 })).not.toThrow()
    expect(given({ orderId: 'a', buyer: 'ben', pieces: 1 })).not.toThrow()
  })

  test.each([
    ['plain', { street: 'Main Street' }, '/data/street is personal'],
    ['sealed otherwise', { street: `${street}B` }, '/data/street is personal'],
    ['made nothing', { street: null }, '/data/street is personal'],
    ['of somebody else', { buyer: 'ben' }, '/data/buyer is whose key'],
    ['as it is, beside what does not fit', { pieces: 0 }, '/data/pieces'],
    ['as it is, beside what is not known', { place: 1 }, '/data/place'],
  ])('is refused %s', (_, change, said) => {
    expect(given({ ...sealed, pieces: 1, ...change })).toThrow(said)
  })
})
