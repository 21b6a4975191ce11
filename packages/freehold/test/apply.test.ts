import { afterEach, describe, expect, inject, it } from 'vitest'
import pg from 'pg'
import { openShop, type Shop } from './fixtures/shop.js'

describe('applying', () => {
  let shop: Shop
  afterEach(() => shop.remove())

  it('does not take what other databases of the server have for what a new one has', async () => {
    shop = await openShop(inject('serverUrl'), 'database-per-service', 'defined')
    const client = new pg.Client({ connectionString: inject('serverUrl') })
    await client.connect()
    try {
      // In the database that stands in for the new ones while they are planned.
      await client.query(`create schema ${shop.orders}`)
      await shop.apply()
      expect(await shop.plan()).toEqual([])
    } finally {
      await client.query(`drop schema ${shop.orders}`)
      await client.end()
    }
  })

  it('goes on where it was interrupted', async () => {
    shop = await openShop(inject('serverUrl'), 'database-per-service', 'defined')
    const changes = await shop.plan()
    const firstHalf = changes.slice(0, Math.floor(changes.length / 3))
    const client = new pg.Client({ connectionString: inject('serverUrl') })
    await client.connect()
    try {
      for (const { sql, database } of firstHalf)
        if (sql !== '' && database === undefined) await client.query(sql)
    } finally {
      await client.end()
    }
    await shop.apply()
    expect(await shop.plan()).toEqual([])
  })

  it('plans anew what it was shown, so that a plan that was tampered with does nothing', async () => {
    shop = await openShop(inject('serverUrl'), 'database-per-service', 'migrated')
    await shop.as('administrator', shop.orders, `alter table ${shop.orders}.audit_log disable trigger all`)
    const changes = (await shop.plan()).map((change) => ({ ...change, sql: `${change.sql}; select 1/0` }))
    await shop.apply(changes)
    expect(await shop.plan()).toEqual([])
  })

  it('leaves alone what has come up since the plan was made, and says so', async () => {
    shop = await openShop(inject('serverUrl'), 'database-per-service')
    const log = `${shop.orders}.audit_log`
    await shop.as('administrator', shop.orders, `alter table ${log} disable trigger freehold_refuse_change`)
    const shown = await shop.plan()
    await shop.as('administrator', shop.orders, `grant delete on ${log} to public`)
    await expect(shop.apply(shown)).rejects.toMatchObject({
      code: 'FREEHOLD_APPLY_INCOMPLETE',
      message: expect.stringMatching(/since the plan was made.*\n.*PUBLIC has DELETE$/) as unknown,
    })
    expect(await shop.plan()).toMatchObject([{ object: log, summary: 'PUBLIC has DELETE' }])
    await expect(shop.apply(shown)).rejects.toMatchObject({ code: 'FREEHOLD_APPLY_INCOMPLETE' })
  })
})
