import { setTimeout as sleep } from 'node:timers/promises'
import { proveSystem, type Finding, type Proof } from 'freehold'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { openShop, type Shop } from './fixtures/shop.js'

const root = new URL('./fixtures/', import.meta.url).pathname

const failed = ({ findings }: Proof): Finding[] => findings.filter(({ verdict }) => verdict === 'failed')

/** A system without the foreign key that its fixture has on purpose. */
async function soundShop(strategy: 'database-per-service' | 'shared-database'): Promise<Shop> {
  const shop = await openShop(inject('serverUrl'), strategy)
  await shop.as(
    'administrator',
    shop.orders,
    `alter table ${shop.orders}.audit_log drop constraint audit_log_parcel_fkey`,
  )
  return shop
}

const prove = (shop: Shop, options: Partial<Parameters<typeof proveSystem>[1]> = {}): Promise<Proof> =>
  proveSystem(shop.context, { root, who: 'ann', ...options })

describe.each(['database-per-service', 'shared-database'] as const)('a proof under %s', (strategy) => {
  let shop: Shop
  beforeAll(async () => {
    shop = await soundShop(strategy)
  })
  afterAll(() => shop.remove())

  it('holds for a system as the manifest says, with every part looked at', async () => {
    const proof = await prove(shop)
    expect(failed(proof)).toEqual([])
    expect(
      proof.findings.filter(({ verdict, optional }) => verdict === 'not looked at' && !optional),
    ).toEqual([])
    expect(proof.verdict).toBe('held')
    expect(new Set(proof.findings.map(({ chapter }) => chapter))).toEqual(
      new Set(['isolation', 'immutability', 'static']),
    )
    expect(proof.residuals.find(({ id }) => id === 'prepared')?.watchdog?.isHappening).toBe(false)
    // Each of the services against the other, and by each of its roles.
    for (const [one, other] of [
      [shop.orders, shop.billing],
      [shop.billing, shop.orders],
    ])
      for (const role of ['app', 'migrator', 'owner'])
        expect(proof.findings.some(({ as, against }) => as === `${one}_${role}` && against === other)).toBe(
          true,
        )
  })

  it('leaves a row about itself and nothing else', async () => {
    const state = `select
        (select json_agg(a order by a.seq) from ${shop.orders}.audit_log a) as rows,
        (select last_value from ${shop.orders}.audit_log_seq_seq) as seq,
        (select count(*) from pg_class where oid >= 16384) as relations,
        (select count(*) from pg_proc) as functions,
        (select count(*) from pg_roles where rolname like 'freehold_prove%') as roles,
        (select count(*) from pg_largeobject_metadata) as objects`
    const app = { service: shop.orders, kind: 'app' } as const
    await shop.as(app, shop.orders, "insert into audit_log (action) values ('before')")
    const before = await shop.as('administrator', shop.orders, state)
    const proof = await prove(shop, { services: [shop.orders] })
    expect(await shop.as('administrator', shop.orders, state)).toEqual(before)
    const [row] = await shop.as(
      'administrator',
      shop.orders,
      'select who, services, verdict, held, failed from freehold.proof order by id desc limit 1',
    )
    expect(row).toEqual({
      who: 'ann',
      services: [shop.orders],
      verdict: 'held',
      held: proof.counts.held,
      failed: 0,
    })
    await expect(shop.as(app, shop.orders, 'select from freehold.proof')).rejects.toMatchObject({
      code: '42501',
    })
  })

  it('is of the services and the parts that were asked for, and says so', async () => {
    const proof = await prove(shop, { services: [shop.billing], chapters: ['isolation'] })
    expect(proof).toMatchObject({ services: [shop.billing], chapters: ['isolation'], verdict: 'held' })
    expect(new Set(proof.findings.map(({ chapter }) => chapter))).toEqual(new Set(['isolation']))
    expect(proof.findings.filter(({ as }) => as?.startsWith(shop.orders))).toEqual([])
  })
})

describe('a proof of a weak system', () => {
  let shop: Shop
  beforeEach(async () => {
    shop = await soundShop('database-per-service')
  })
  afterEach(() => shop.remove())

  it('names what got through, as whom, against whom, and what to do', async () => {
    const app = `${shop.orders}_app`
    await shop.as(
      'administrator',
      shop.billing,
      `grant connect on database ${shop.database(shop.billing)} to ${app}`,
    )
    const proof = await prove(shop)
    expect(proof.verdict).toBe('failed')
    expect(failed(proof)).toContainEqual(
      expect.objectContaining({
        id: 'connect.service',
        as: app,
        against: shop.billing,
        says: 'it was let in; expected 42501 or 28000 or 28P01',
        repair: expect.stringContaining('freehold apply'),
      }),
    )
  })

  it('is not fooled by a role that cannot log in: its attacks were not made', async () => {
    await shop.as('administrator', shop.billing, `alter role ${shop.billing}_app nologin`)
    const proof = await prove(shop, { services: [shop.billing], chapters: ['immutability'] })
    expect(proof.verdict).toBe('incomplete')
    expect(proof.findings).toContainEqual(
      expect.objectContaining({ id: 'connect.own', as: `${shop.billing}_app`, verdict: 'not looked at' }),
    )
  })

  it('is incomplete where a log is in use, and whoever uses it notices nothing', async () => {
    const url = new URL(await shop.url('app', shop.billing))
    const writer = new pg.Client({ connectionString: url.href })
    await writer.connect()
    try {
      await writer.query("begin; insert into audit_log (action) values ('slow')")
      const proof = await prove(shop, { services: [shop.billing], chapters: ['immutability'] })
      expect(proof.verdict).toBe('incomplete')
      const hindered = proof.findings.filter(({ verdict }) => verdict === 'not looked at')
      expect(hindered.map(({ id }) => id)).toContain('superuser.truncate')
      expect(hindered.filter(({ says }) => !says?.startsWith('55P03'))).toEqual([])
      await writer.query('commit')
    } finally {
      await writer.end()
    }
    expect((await prove(shop, { services: [shop.billing], chapters: ['immutability'] })).verdict).toBe('held')
  })

  it('lets the services go on meanwhile', async () => {
    const writer = new pg.Client({ connectionString: await shop.url('app', shop.orders) })
    await writer.connect()
    const proving = prove(shop)
    let isProven = false
    void proving.finally(() => (isProven = true))
    let written = 0
    while (!isProven) {
      await writer.query(
        "insert into audit_log (action) values ('busy'); insert into orders (item) values ('x')",
      )
      written += 1
      await sleep(2)
    }
    await writer.end()
    expect(failed(await proving)).toEqual([])
    const [row] = await shop.as<{ rows: string }>(
      'administrator',
      shop.orders,
      `select count(*) as rows from ${shop.orders}.audit_log`,
    )
    expect(Number(row?.rows)).toBe(written)
    expect(written).toBeGreaterThan(10)
  })

  it('finds a parent that would take rows of a log along', async () => {
    await shop.as(
      'administrator',
      shop.orders,
      `alter table ${shop.orders}.audit_log add constraint along foreign key (parcel) references ${shop.orders}.parcels (id) on delete cascade`,
    )
    expect(failed(await prove(shop)).map(({ id }) => id)).toEqual(['catalog.cascades'])
  })
})

describe('what cannot be proven', () => {
  it('is a system that is not there, with what is missing', async () => {
    const shop = await openShop(inject('serverUrl'), 'database-per-service', 'defined')
    try {
      await expect(prove(shop)).rejects.toMatchObject({
        code: 'FREEHOLD_PROVE_NOT_PROVISIONED',
        message: expect.stringContaining(`role ${shop.orders}_app`),
      })
      await shop.apply()
      await expect(prove(shop)).rejects.toMatchObject({
        code: 'FREEHOLD_PROVE_NOT_PROVISIONED',
        message: expect.stringContaining(`table ${shop.orders}.orders`),
      })
      expect(await shop.as('administrator', shop.orders, 'select from freehold.proof')).toEqual([])
    } finally {
      await shop.remove()
    }
  })

  it('is a manifest that contradicts the database: it is a failure, not a verdict', async () => {
    const shop = await soundShop('database-per-service')
    try {
      const [orders, billing] = shop.system.services
      const system = {
        ...shop.system,
        services: [
          { ...orders!, owns: { ...orders!.owns, invoices: { mutability: 'mutable', key: 'id' } } },
          billing!,
        ],
      } as const
      await expect(proveSystem({ ...shop.context, system }, { root, who: 'ann' })).rejects.toMatchObject({
        code: 'FREEHOLD_PROVE_NOT_PROVISIONED',
        message: expect.stringContaining(`table ${shop.orders}.invoices`),
      })
    } finally {
      await shop.remove()
    }
  })

  it('is what a weak administrator cannot see', async () => {
    const shop = await openShop(inject('serverUrl'), 'database-per-service')
    const name = `${shop.orders}_weak`
    try {
      await shop.as('administrator', shop.orders, `create role ${name} login createrole password 'weak'`)
      const url = new URL(inject('serverUrl'))
      url.username = name
      url.password = 'weak'
      url.pathname = `/${shop.database(shop.orders)}`
      await shop.as(
        'administrator',
        shop.orders,
        `grant connect on database ${shop.database(shop.orders)} to ${name}`,
      )
      const servers = { urlFor: () => url.href }
      await expect(proveSystem({ ...shop.context, servers }, { root, who: 'ann' })).rejects.toMatchObject({
        code: 'FREEHOLD_ADMINISTRATOR_TOO_WEAK',
      })
    } finally {
      await shop.as('administrator', shop.orders, `drop owned by ${name}; drop role ${name}`)
      await shop.remove()
    }
  })
})
