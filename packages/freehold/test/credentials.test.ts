import { rm, stat } from 'node:fs/promises'
import { rotateCredentials, type IdentityStore } from 'freehold'
import { matchesScram, scramVerifier } from '../src/credentials/scram.js'
import { urlOf } from '../src/provisioning/credential-changes.js'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openShop, type Shop } from './fixtures/shop.js'

describe('credentials', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop(inject('serverUrl'), 'database-per-service', 'applied')
  })
  afterAll(() => shop.remove())

  const enter = async (url: string): Promise<string> => {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      return 'in'
    } catch (error) {
      return (error as pg.DatabaseError).code ?? String(error)
    } finally {
      await client.end()
    }
  }

  it('are a file each, that only its owner may read', async () => {
    for (const service of [shop.orders, shop.billing]) {
      for (const kind of ['app', 'migrator'] as const) {
        const { mode } = await stat(shop.context.credentials.pathOf(service, kind))
        expect((mode & 0o777).toString(8)).toBe('600')
      }
    }
  })

  it('rotate while connections stay open, and the old password is worth nothing afterwards', async () => {
    const old = await shop.url('app', shop.orders)
    const client = new pg.Client({ connectionString: old })
    await client.connect()
    try {
      const rotated = await rotateCredentials(shop.context, [shop.orders])
      expect(rotated.flatMap(({ role }) => role ?? []).toSorted()).toEqual([
        `${shop.orders}_app`,
        `${shop.orders}_migrator`,
      ])
      expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
      expect(await enter(old)).toBe('28P01')
      expect(await enter(await shop.url('app', shop.orders))).toBe('in')
      expect(await shop.plan()).toEqual([])
    } finally {
      await client.end()
    }
  })

  it('of a service to the others are planned, made and renewed with the passwords', async () => {
    const files = credentialFiles(shop)
    await rm(files.pathOf(shop.billing))
    expect((await shop.plan()).map(({ action, object }) => `${action} ${object}`)).toEqual([
      `create identity of ${shop.billing}`,
    ])
    await shop.apply()
    const before = await files.read(shop.billing)
    const rotated = await rotateCredentials(shop.context, [shop.billing])
    expect(rotated.at(-1)).toEqual({
      service: shop.billing,
      key: 'identity',
      file: files.pathOf(shop.billing),
    })
    const after = await files.read(shop.billing)
    expect(after?.kid).not.toBe(before?.kid)
    const published = (await files.readKeys()).filter(({ service }) => service === shop.billing)
    expect(published.slice(0, 2).map(({ kid }) => kid)).toEqual([after?.kid, before?.kid])
    expect(JSON.stringify(rotated)).not.toContain(after?.d)
  })

  it('refuses to rotate what is not there', async () => {
    await expect(rotateCredentials(shop.context, ['nobody'])).rejects.toMatchObject({
      code: 'FREEHOLD_MANIFEST_UNKNOWN_SERVICE',
    })
  })

  it('give the server the password of the file when the two differ', async () => {
    const url = await shop.url('app', shop.billing)
    await shop.as('administrator', shop.billing, `alter role ${shop.billing}_app password 'other'`)
    expect(await enter(url)).toBe('28P01')
    await shop.apply()
    expect(await enter(url)).toBe('in')
    expect(await shop.url('app', shop.billing)).toBe(url)
  })

  it('of an administrator do not travel into a service\u2019s file, wherever they stand in the URL', () => {
    const administrator =
      'postgres://host:5432/postgres?user=postgres&password=SECRET&sslmode=require&options=-crole%3Dx'
    const url = urlOf(administrator, 'orders_app', 'own', 'orders_db')
    expect(url).toBe('postgres://orders_app:own@host:5432/orders_db?sslmode=require')
  })

  it('are compared without letting a role choose how long that takes', () => {
    const half = Buffer.alloc(32).toString('base64')
    // A role may set this for itself; comparing it would take minutes.
    expect(matchesScram('password', `SCRAM-SHA-256$2000000000:${half}$${half}:${half}`)).toBe(false)
    expect(matchesScram('password', scramVerifier('password'))).toBe(true)
    expect(matchesScram('passwort', scramVerifier('password'))).toBe(false)
    expect(matchesScram('password', null)).toBe(false)
  })

  it('never appear in a plan', async () => {
    await shop.as('administrator', shop.billing, `alter role ${shop.billing}_app password 'other'`)
    const password = new URL(await shop.url('app', shop.billing)).password
    expect(JSON.stringify(await shop.plan())).not.toContain(password)
    await shop.apply()
  })
})

function credentialFiles({ context }: Shop): IdentityStore {
  const { identities } = context.credentials
  if (identities === undefined) expect.fail('the shop keeps no identities')
  return identities
}

describe('two processes that apply at once', () => {
  it('both end with a system that is as the manifest says', async () => {
    const shop = await openShop(inject('serverUrl'), 'database-per-service', 'defined')
    try {
      const changes = await shop.plan()
      await Promise.all([shop.apply(changes), shop.apply(changes)])
      expect(await shop.plan()).toEqual([])
      expect(await enterBoth(shop)).toEqual(['in', 'in'])
    } finally {
      await shop.remove()
    }
  })

  const enterBoth = async (shop: Shop): Promise<string[]> =>
    Promise.all(
      [shop.orders, shop.billing].map(async (service) => {
        await shop.as({ service, kind: 'app' }, service, 'select 1')
        return 'in'
      }),
    )
})
