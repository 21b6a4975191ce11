import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openShop, type Shop, type Who } from './fixtures/shop.js'

interface Use {
  readonly text: string
  readonly calls: string
  readonly parameter_kinds: string[]
  readonly sent_from: string | null
}

describe.each(['database-per-service', 'shared-database'] as const)('noting statements (%s)', (strategy) => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop(inject('serverUrl'), strategy)
  })
  afterAll(() => shop.remove())

  const app = (service = shop.orders): Who => ({ service, kind: 'app' })
  const note = async (version: string, statements: readonly object[], service = shop.orders, dropped = 0) => {
    const rows = await shop.as<{ unknown: string }>(
      app(service),
      service,
      'select n.digest as unknown from freehold.note_statements($1, $2, $3) as n (digest)',
      [version, JSON.stringify(statements), dropped],
    )
    return rows.map(({ unknown }) => unknown)
  }
  const uses = (version: string, service = shop.orders) =>
    shop.as<Use>(
      'administrator',
      service,
      'select text, is_cut, parameter_kinds, sent_from, is_named, calls, first_sent_at, last_sent_at from freehold.statement_uses where service = $1 and version = $2 order by text',
      [service, version],
    )
  const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')

  it('adds up what processes send, and asks for the texts that it does not know', async () => {
    const statement = { text: 'select $1', parameters: ['string'], sentFrom: 'src/a.ts:1', calls: 2 }
    expect(await note('1.0.0', [statement])).toEqual([])
    expect(await note('1.0.0', [{ ...statement, parameters: ['null'], sentFrom: 'src/b.ts:1' }])).toEqual([])
    const unknown = digestOf('select 2')
    const again = [
      { digest: digestOf('select $1'), calls: 3 },
      { digest: unknown, calls: 1 },
    ]
    expect(await note('1.0.0', again)).toEqual([unknown])
    expect(await uses('1.0.0')).toMatchObject([
      { text: 'select $1', calls: '7', parameter_kinds: ['null|string'], sent_from: 'src/a.ts:1' },
    ])
  })

  it('moves the time of what was sent, and of nothing else', async () => {
    await note('1.0.1', [
      { text: 'select 1', calls: 1 },
      { text: 'select 2', calls: 1 },
    ])
    const before = await uses('1.0.1')
    await note('1.0.1', [{ digest: digestOf('select 1'), calls: 1 }])
    await note('1.0.1', [{ digest: digestOf('select 2'), calls: 0 }])
    const after = await uses('1.0.1')
    expect(Reflect.get(after[0] ?? {}, 'last_sent_at')).not.toEqual(
      Reflect.get(before[0] ?? {}, 'last_sent_at'),
    )
    expect(after[1]).toEqual(before[1])
  })

  it('cuts a long text, and says so', async () => {
    const text = `select ${'1, '.repeat(5000)}1`
    await note('1.0.2', [{ text, calls: 1 }])
    expect(await uses('1.0.2')).toMatchObject([{ text: text.slice(0, 10_000), is_cut: true }])
    expect(await note('1.0.2', [{ digest: digestOf(text), calls: 1 }])).toEqual([])
  })

  it('keeps 4000 texts of a version, and counts the others', async () => {
    const texts = Array.from({ length: 4100 }, (_, i) => ({ text: `select ${i}`, calls: 1 }))
    for (let from = 0; from < texts.length; from += 1000)
      await note('1.0.3', texts.slice(from, from + 1000), shop.orders, 7)
    expect(await uses('1.0.3')).toHaveLength(4000)
    expect(
      await shop.as(
        'administrator',
        shop.orders,
        `select unrecorded::integer from freehold.service_versions where version = '1.0.3'`,
      ),
    ).toEqual([{ unrecorded: 100 + 5 * 7 }])
  })

  it('is done at once by several processes of a version', async () => {
    const texts = Array.from({ length: 50 }, (_, i) => ({ text: `select ${i} as both`, calls: 1 }))
    await Promise.all([...Array(6).keys()].map((i) => note('1.0.4', i % 2 ? texts : texts.toReversed())))
    const noted = await uses('1.0.4')
    expect(noted).toHaveLength(50)
    expect(new Set(noted.map(({ calls }) => calls))).toEqual(new Set(['6']))
  })

  it('forgets versions that did not run for 90 days, and nothing younger', async () => {
    await note('0.1.0', [{ text: 'select old', calls: 1 }])
    await note('0.2.0', [{ text: 'select young', calls: 1 }])
    await shop.as(
      'administrator',
      shop.orders,
      `update freehold.service_versions set last_seen_at = now() - case version when '0.1.0' then interval '91 days' else interval '89 days' end
       where version in ('0.1.0', '0.2.0')`,
    )
    await note('0.3.0', [])
    expect(await uses('0.1.0')).toEqual([])
    expect(await uses('0.2.0')).toHaveLength(1)
  })

  it.each([
    ['a version that is none', 'yesterday', []],
    ['a kind that is none', '1.0.5', [{ text: 'select $1', parameters: ['secret'], calls: 1 }]],
    ['a digest that is none', '1.0.5', [{ digest: 'abc', calls: 1 }]],
    ['neither text nor digest', '1.0.5', [{ calls: 1 }]],
  ])('refuses %s', async (_what, version, statements) => {
    await expect(note(version, statements)).rejects.toMatchObject({ code: '22023' })
  })

  it('writes for the service of the session alone, and shows its rows to owner and migrator alone', async () => {
    await note('2.0.0', [{ text: 'select of_billing', calls: 1 }], shop.billing)
    const seenBy = (who: Who) =>
      shop.as<{ service: string }>(who, shop.orders, 'select distinct service from freehold.statement_uses')
    expect(await seenBy({ service: shop.orders, kind: 'migrator' })).toEqual([{ service: shop.orders }])
    await expect(seenBy(app())).rejects.toMatchObject({ code: '42501' })
    await expect(
      shop.as(
        { service: shop.orders, kind: 'migrator' },
        shop.orders,
        `select freehold.note_statements('2.0.0', '[]')`,
      ),
    ).rejects.toMatchObject({ code: '42501' })
  })

  it('leaves nothing to plan', async () => {
    expect(await shop.plan()).toEqual([])
  })
})
