import { databasePerService, defineEvent, defineService, defineSystem, immutable } from '@freehold/manifest'
import Type from 'typebox'
import { expect, test } from 'vitest'
import { requireFitting } from './check-data.js'

const Sold = defineEvent({
  type: 'shop.sold.v1',
  key: 'orderId',
  data: Type.Object({ orderId: Type.String(), pieces: Type.Integer({ minimum: 1 }) }),
})
const shop = defineService({
  name: 'shop',
  database: 'shop_db',
  owns: { events: immutable({ kind: 'events' }) },
  publishes: [Sold],
  migrations: 'migrations',
})
const system = defineSystem({ name: 'sales', strategy: databasePerService(), services: [shop] })

test('new data of a parked event fits its contract, or is refused with what is wrong', () => {
  expect(() => requireFitting(system, 'shop', Sold.type, { orderId: 'a', pieces: 2 })).not.toThrow()
  expect(() => requireFitting(system, 'shop', Sold.type, { orderId: 'a', pieces: -1 })).toThrow(
    '/data/pieces',
  )
  expect(() => requireFitting(system, 'shop', Sold.type, { nonsense: 1 })).toThrow(
    expect.objectContaining({ code: 'FREEHOLD_EVENT_INVALID' }),
  )
})

test('what the manifest no longer names is let through', () => {
  expect(() => requireFitting(system, 'shop', 'shop.sold.v0', 1)).not.toThrow()
  expect(() => requireFitting(system, 'gone', Sold.type, 1)).not.toThrow()
})
