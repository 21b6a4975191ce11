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
const order = (properties: JsonSchema = {}, required: string[] = ['id', 'item']): EventContract => ({
  type,
  key: 'id',
  data: {
    type: 'object',
    properties: { id: text, item: text, ...properties },
    required,
    additionalProperties: false,
  },
})
const orNull = order({ item: { type: ['string', 'null'] } })

interface Consumer {
  /** By the last release, and the one before it where there are two. */
  readonly releases: readonly ReleasedEvents[]
  /** Whether the last release is what the working tree has. */
  readonly isReleased?: boolean
  readonly today?: EventContract | string
  /** Whether the manifest has it no more. */
  readonly isFormer?: boolean
}

/** A release of a consumer, which recorded the contract that it knew unless it is from before such were recorded. */
function knowing(version: string, known?: EventContract): ReleasedEvents {
  const consumed = known && { consumed: { shop: [known] } }
  return { version, folder: `x/releases/${version}`, publishes: [], consumes: { shop: [type] }, ...consumed }
}

function telling(version: string, ...publishes: EventContract[]): ReleasedEvents {
  return { version, folder: `shop/releases/${version}`, publishes, consumes: {} }
}

/** What is found of shop, which released `told` (the newest first) and has `now`. */
function found(
  told: readonly ReleasedEvents[],
  now: readonly EventContract[],
  consumers: Record<string, Consumer>,
) {
  const owns = { events: immutable({ kind: 'events' }), erasures: immutable({ kind: 'erasure' }) }
  const shop = defineService({ name: 'shop', database: 'shop_db', owns, publishes: now })
  const [current, former] = [false, true].map((wanted) =>
    Object.entries(consumers).filter(([, { isFormer = false }]) => isFormer === wanted),
  )
  const others = current!.map(([name, { today }]) =>
    defineService({
      name,
      database: `${name}_db`,
      owns,
      consumes: today === undefined || now.length === 0 ? {} : { shop: [today] },
    }),
  )
  const system = defineSystem({ name: 'x', strategy: databasePerService(), services: [shop, ...others] })
  const releases = new Map([
    ['shop', told.toReversed()],
    ...current!.map(([name, each]) => [name, each.releases] as const),
  ])
  const previous = new Map(
    Object.entries(consumers).flatMap(([name, each]) =>
      each.isReleased && each.releases.length > 1 ? [[name, each.releases[0]!] as const] : [],
    ),
  )
  return eventFindings({
    system,
    service: system.services[0]!,
    baselines: told,
    releases,
    previous,
    former: new Map(former!.map(([name, each]) => [name, each.releases.at(-1)!])),
  })
}

const said = (findings: ReturnType<typeof found>): string[] =>
  findings.map(({ severity, rule, details }) =>
    [
      severity,
      rule.replace('event-contract/', ''),
      details?.['path'],
      (details?.['consumers'] as string[]).join('+'),
    ]
      .filter(Boolean)
      .join(' '),
  )

describe('consumers that recorded what they know', () => {
  it('are named one by one where they do not expect what is published, and say what to do', () => {
    const findings = found([telling('1.0.0', order())], [orNull], {
      billing: { releases: [knowing('1.2.0', order())], today: type },
      mail: { releases: [knowing('3.0.0', orNull)], today: type },
    })
    expect(said(findings)).toEqual(['error not-forward-compatible item billing 1.2.0'])
    expect(findings[0]).toMatchObject({
      service: 'shop',
      message: `${type}: item may be null in new events, which billing 1.2.0 does not expect by the contract that it was released with.`,
      fix: 'Leave the contract as it was, and publish a new version of the type beside it, which billing takes up. Where billing understands both by now, release and deploy it first.',
      place: { file: 'x/releases/1.2.0/consumed-events.json' },
      details: { type, path: 'item', witness: { id: '', item: null }, consumer: 'billing' },
    })
  })

  it('are asked for what they know, and not for what the publisher released', () => {
    const consumers = { billing: { releases: [knowing('1.0.0', orNull)], today: type } }
    expect(said(found([telling('1.0.0', order())], [orNull], consumers))).toEqual([
      'note changed billing 1.0.0',
    ])
    const strict = { billing: { releases: [knowing('1.0.0', order({ item: { const: 'pen' } }))] } }
    expect(said(found([telling('1.0.0', order())], [order({ more: text })], strict))).toContain(
      'warning not-forward-compatible item billing 1.0.0',
    )
  })

  it('are not troubled by what they do not look at', () => {
    const mail = { releases: [knowing('1.0.0', order({ item: true }, ['id']))], today: type }
    expect(
      said(found([telling('1.0.0', order())], [order({ item: { type: 'integer' } }, ['id'])], { mail })),
    ).toEqual(['error not-backward-compatible item mail'])
  })

  it('without any release of the publisher are compared all the same', () => {
    const consumers = { billing: { releases: [knowing('1.0.0', order())] } }
    expect(said(found([], [orNull], consumers))).toEqual(['error not-forward-compatible item billing 1.0.0'])
    expect(said(found([], [], consumers))).toEqual(['error type-removed billing 1.0.0'])
    expect(
      said(found([], [{ ...order(), personal: { subject: 'id', fields: ['item'] } }], consumers)),
    ).toEqual(['error personal-changed billing 1.0.0'])
  })

  it('who expect otherwise already are a warning, which a deploy makes no worse', () => {
    const consumers = { billing: { releases: [knowing('1.0.0', order())], today: type } }
    const findings = found([telling('1.1.0', orNull)], [orNull], consumers)
    expect(said(findings)).toEqual(['warning not-forward-compatible item billing 1.0.0'])
    expect(findings[0]?.message).toContain('It is so already with shop 1.1.0.')
    // A release that was made just now is not deployed yet.
    expect(said(found([telling('1.1.0', orNull), telling('1.0.0', order())], [orNull], consumers))).toContain(
      'error not-forward-compatible item billing 1.0.0',
    )
  })

  it('whose release is new are deployed first', () => {
    const releases = [knowing('1.0.0', order()), knowing('1.1.0', orNull)]
    const findings = found([telling('1.0.0', order())], [orNull], {
      billing: { releases, isReleased: true, today: type },
    })
    expect(said(findings)).toContain('warning not-forward-compatible item billing 1.0.0')
    expect(findings.find(({ severity }) => severity === 'warning')).toMatchObject({
      fix: 'Deploy billing 1.1.0 before shop.',
      message: expect.stringContaining('billing 1.1.0 understands, and billing 1.0.0 does not') as string,
    })
    const consumers = { billing: { releases, today: type } }
    expect(said(found([telling('1.0.0', order())], [orNull], consumers))).toEqual([
      'note changed billing 1.1.0',
    ])
  })

  it('and those who did not are compared with what was released, as before', () => {
    const findings = found([telling('1.0.0', order())], [orNull], {
      billing: { releases: [knowing('1.0.0')], today: type },
      mail: { releases: [knowing('3.0.0', orNull)], today: type },
    })
    expect(said(findings)).toEqual(['error not-forward-compatible item billing 1.0.0'])
  })
})

describe('a type', () => {
  const v2 = { ...order({ price: { type: 'number' } }), type: 'shop.order-placed.v2' }
  const consumers = { billing: { releases: [knowing('1.0.0', order())] } }

  it.each([
    ['is there beside its successor', [order(), v2], []],
    ['gives way to its successor', [v2], ['error type-removed billing 1.0.0']],
    ['has another name', [{ ...order(), type: 'shop.order-made.v1' }], ['error type-removed billing 1.0.0']],
    ['has another order', [{ ...order(), key: 'item' }], ['error key-changed billing 1.0.0']],
    ['gets an explanation', [{ ...order(), description: 'Somebody ordered.' }], []],
  ])('that %s', (_, now, expected) => {
    expect(said(found([telling('1.0.0', order())], now, consumers))).toEqual(expected)
  })

  it('may still be consumed by a service that the manifest has no more', () => {
    const mail = { mail: { releases: [knowing('1.0.0', order())], isFormer: true } }
    const gone = 'mail 1.0.0 (which the manifest has no more)'
    expect(said(found([telling('1.0.0', order())], [], mail))).toEqual([`warning type-removed ${gone}`])
    expect(said(found([telling('1.0.0', order())], [orNull], mail))).toEqual([
      `warning not-forward-compatible item ${gone}`,
    ])
  })

  it('may go where the consumers that are deployed do without it', () => {
    const without = { ...knowing('1.1.0'), consumes: {} }
    expect(said(found([telling('1.0.0', order())], [], { billing: { releases: [without] } }))).toEqual([
      'warning type-removed',
    ])
  })
})
