import {
  databasePerService,
  defineService,
  defineSystem,
  immutable,
  type EventContract,
  type JsonSchema,
} from '@freehold/manifest'
import { describe, expect, it } from 'vitest'
import type { ReleasedEvents } from './consumers.js'
import { eventFindings } from './event-findings.js'

const type = 'shop.order-placed.v1'
const text = { type: 'string' }
const order = (properties: JsonSchema = {}, also: Partial<EventContract> = {}): EventContract => ({
  type,
  key: 'id',
  data: { type: 'object', properties: { id: text, item: text, ...properties }, required: ['id', 'item'] },
  ...also,
})
const strict = order({ item: { type: 'string', maxLength: 3 } })
const telling = (version: string, contract: EventContract): ReleasedEvents => ({
  version,
  folder: `shop/releases/${version}`,
  publishes: [contract],
  consumes: {},
})

interface Around {
  readonly told?: readonly ReleasedEvents[]
  readonly released?: ReleasedEvents
  readonly checked?: readonly string[]
}

/** What is found of billing, which hears `heard` of shop, which publishes `now`. */
function found(
  now: EventContract,
  heard: EventContract | string,
  { told = [], released, checked = ['shop', 'billing'] }: Around = {},
) {
  const owns = { events: immutable({ kind: 'events' }) }
  const system = defineSystem({
    name: 'x',
    strategy: databasePerService(),
    services: [
      defineService({ name: 'shop', database: 'shop_db', owns, publishes: [now] }),
      defineService({ name: 'billing', database: 'billing_db', owns, consumes: { shop: [heard] } }),
    ],
  })
  const releases = new Map([['shop', told], ...(released ? [['billing', [released]] as const] : [])])
  const findings = eventFindings({ system, service: system.services[1]!, baselines: [], releases, checked })
  return findings.map(
    ({ severity, rule, message }) => `${severity} ${rule.replace('event-contract/', '')}: ${message}`,
  )
}

describe('a contract of the own of a consumer', () => {
  it('is compared with what the publisher has today', () => {
    expect(found(order(), strict)).toEqual([
      `error not-as-expected: ${type}: item may be longer than 3 characters by the contract of shop, which billing does not expect by its own.`,
    ])
    expect(found(order(), order({}, { personal: { subject: 'id', fields: ['item'] } }))).toEqual([
      `error personal-changed: ${type}: what is personal by the contract in the consumes of billing is not what is sealed by shop.`,
    ])
  })

  it('may ask for less', () => {
    const less = order({ item: true })
    expect(found(order(), less)).toEqual([])
    expect(found(order(), less, { told: [telling('1.0.0', order())] })).toEqual([])
  })

  it('is compared with what was released, and with older events in the log', () => {
    const told = [telling('0.9.0', order({ note: { type: 'integer' } })), telling('1.0.0', order())]
    const own = order({ note: text, item: true })
    expect(found(order({ note: text }), own, { told })).toEqual([
      `error not-backward-compatible: ${type}: note may be a number in events of shop 0.9.0, which billing does not expect as it is now.`,
    ])
    // Who did not expect them as it was released is not worse off.
    const released: ReleasedEvents = {
      version: '1.0.0',
      folder: 'billing/releases/1.0.0',
      publishes: [],
      consumes: { shop: [type] },
      consumed: { shop: [own] },
    }
    expect(found(order({ note: text }), own, { told, released })).toEqual([
      `warning not-backward-compatible: ${type}: note may be a number in events of shop 0.9.0, which billing does not expect as it is now. It was so already when it was released.`,
    ])
  })
})

describe('a consumer that reads by the contract of its publisher', () => {
  const told = [telling('1.0.0', order())]

  it('is told of events that come from what is deployed where the publisher is not checked beside it', () => {
    expect(found(strict, type, { told, checked: ['billing'] })).toEqual([
      `error not-backward-compatible: ${type}: item may be longer than 3 characters in events of shop 1.0.0, which billing does not expect as it is now.`,
    ])
    expect(found(strict, type, { told })).toEqual([])
    expect(found(order(), type, { told, checked: ['billing'] })).toEqual([])
  })
})

it('what is heard as it was released, of a service that is gone, is named', () => {
  const owns = { events: immutable({ kind: 'events' }) }
  const billing = defineService({ name: 'billing', database: 'billing_db', owns })
  const system = defineSystem({ name: 'x', strategy: databasePerService(), services: [billing] })
  const released = {
    version: '1.0.0',
    folder: 'billing/releases/1.0.0',
    publishes: [],
    consumes: { shop: [type] },
  }
  const releases = new Map([['billing', [released]]])
  expect(eventFindings({ system, service: billing, baselines: [released], releases })).toMatchObject([
    {
      rule: 'event-contract/type-removed',
      severity: 'error',
      message: `${type} is not published any more: there is no service shop. Consumed by billing 1.0.0.`,
    },
  ])
})
