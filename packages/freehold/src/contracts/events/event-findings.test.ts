import {
  databasePerService,
  defineEvent,
  defineService,
  defineSystem,
  immutable,
  type EventContract,
} from '@freehold/manifest'
import Type, { type TObject } from 'typebox'
import { describe, expect, it } from 'vitest'
import type { ReleasedEvents } from './consumers.js'
import { eventFindings } from './event-findings.js'

const closed = { additionalProperties: false }
const type = 'shop.order-placed.v1'
const text = Type.String()
const data = (members: TObject['properties'] = {}): TObject =>
  Type.Object({ id: text, item: text, ...members }, closed)
const placed = (schema = data(), key = 'id', personal?: EventContract['personal']): EventContract => ({
  ...defineEvent({ type, key: key as never, data: schema }),
  ...(personal && { personal }),
})

function release(
  publishes: readonly EventContract[],
  consumes: ReleasedEvents['consumes'] = {},
): ReleasedEvents {
  return { version: '1.0.0', folder: 'shop/releases/1.0.0', publishes, consumes }
}

/** What is found of shop, which published `old` and publishes `now`; billing consumes as it says. */
function found(
  old: EventContract[],
  now: EventContract[],
  { today = true, released = true }: { today?: boolean; released?: boolean } = {},
) {
  const log = { events: immutable({ kind: 'events' }), erasures: immutable({ kind: 'erasure' }) }
  const shop = defineService({ name: 'shop', database: 'shop_db', owns: log, publishes: now })
  const heard = now.length > 0 && today ? { shop: [type] } : {}
  const billing = defineService({ name: 'billing', database: 'billing_db', owns: log, consumes: heard })
  const system = defineSystem({ name: 'events', strategy: databasePerService(), services: [shop, billing] })
  const releases = new Map([
    ['shop', [release(old)]],
    ['billing', [release([], released ? { shop: [type] } : {})]],
  ])
  return eventFindings({ system, service: system.services[0]!, baselines: [release(old)], releases })
}

const rules = (...args: Parameters<typeof found>): string[] =>
  found(...args).map(({ rule, severity, details }) =>
    `${severity} ${rule.replace('event-contract/', '')} ${(details?.['path'] as string | undefined) ?? ''}`.trim(),
  )

const placedV2 = { ...placed(), type: 'shop.order-placed.v2' }

describe('a contract that was released', () => {
  it.each([
    ['stays as it is', [placed()], []],
    ['gets an optional member', [placed(data({ note: Type.Optional(text) }))], ['note changed']],
    ['gets a required member', [placed(data({ note: text }))], ['error not-backward-compatible note']],
    [
      'loses a required member',
      [placed(Type.Object({ id: text }, closed))],
      ['error not-forward-compatible item'],
    ],
    [
      'says null where a text was',
      [placed(data({ item: Type.Union([text, Type.Null()]) }))],
      ['error not-forward-compatible item'],
    ],
    [
      'is narrowed',
      [placed(data({ item: Type.String({ maxLength: 3 }) }))],
      ['error not-backward-compatible item'],
    ],
    [
      'has another type',
      [placed(data({ item: Type.Integer() }))],
      ['error not-forward-compatible item', 'error not-backward-compatible item'],
    ],
    ['has another key', [placed(data(), 'item')], ['error key-changed']],
    [
      'seals a member',
      [placed(data(), 'id', { subject: 'id', fields: ['item'] })],
      ['error personal-changed'],
    ],
    ['goes', [], ['error type-removed']],
    ['stays beside a new version', [placed(), placedV2], []],
    [
      'has a pattern that cannot be compared',
      [placed(data({ item: Type.String({ pattern: '^(q|k)z{7}$' }) }))],
      ['error not-backward-compatible item'],
    ],
  ] as [string, EventContract[], string[]][])('%s', (_, now, expected) => {
    expect(rules([placed()], now)).toEqual(expected)
  })

  it('says whom it breaks, and what would show it', () => {
    const [finding] = found([placed()], [placed(data({ item: Type.Integer() }))])
    expect(finding).toMatchObject({
      service: 'shop',
      message: `${type}: item may be a number in new events, which consumers that run do not expect (1.0.0 told it otherwise). Consumed by billing 1.0.0.`,
      place: { file: 'shop/releases/1.0.0/events.json' },
      details: { type, consumers: ['billing 1.0.0'], witness: { item: 0 } },
    })
  })

  it('is no error where nobody hears it', () => {
    const nobody = { today: false, released: false }
    expect(rules([placed()], [placed(data({ item: Type.Integer() }))], nobody)).toEqual([
      'warning not-forward-compatible item',
      'warning not-backward-compatible item',
    ])
    expect(rules([placed()], [], nobody)).toEqual(['warning type-removed'])
  })
})

it('what is heard and not told yet by a release is named', () => {
  const log = { events: immutable({ kind: 'events' }) }
  const shop = defineService({ name: 'shop', database: 'a', owns: log, publishes: [placed(), placedV2] })
  const billing = defineService({ name: 'billing', database: 'b', owns: log, consumes: { shop: [placedV2] } })
  const system = defineSystem({ name: 'events', strategy: databasePerService(), services: [shop, billing] })
  const releases = new Map([['shop', [release([placed()])]]])
  expect(eventFindings({ system, service: system.services[1]!, baselines: [], releases })).toMatchObject([
    {
      rule: 'event-contract/not-published-yet',
      severity: 'warning',
      message: `shop.order-placed.v2 is consumed, and the released shop 1.0.0 does not publish it, but ${type}.`,
    },
  ])
})

it('what an earlier release told is compared as far as the last one did not break with it', () => {
  const log = { events: immutable({ kind: 'events' }), erasures: immutable({ kind: 'erasure' }) }
  const now = placed(data({ note: Type.Optional(Type.Integer()) }))
  const shop = defineService({ name: 'shop', database: 'shop_db', owns: log, publishes: [now] })
  const heard = { shop: [type] }
  const billing = defineService({ name: 'billing', database: 'billing_db', owns: log, consumes: heard })
  const system = defineSystem({ name: 'events', strategy: databasePerService(), services: [shop, billing] })
  const last = { ...release([placed()]), version: '1.1.0' }
  const releases = new Map([['billing', [release([], heard)]]])
  const findingsWith = (...earlier: ReleasedEvents[]) =>
    eventFindings({ system, service: system.services[0]!, baselines: [last], earlier, releases }).map(
      ({ severity, rule, message }) => [severity, rule, /\((.*?) told/.exec(message)?.[1]],
    )
  expect(findingsWith()).toEqual([['note', 'event-contract/changed', '1.1.0']])
  expect(findingsWith(release([placed(data({ note: Type.Optional(text) }))]))).toEqual([
    ['error', 'event-contract/not-forward-compatible', '1.0.0'],
    ['error', 'event-contract/not-backward-compatible', '1.0.0'],
  ])
  // The last one broke with it already.
  expect(findingsWith(release([placed(data({ price: text }))]))).toHaveLength(1)
})
