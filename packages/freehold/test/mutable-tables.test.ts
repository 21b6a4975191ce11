import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { openShop, type Shop, type Who } from './fixtures/shop.js'

describe.each(['database-per-service', 'shared-database'] as const)(
  'a mutable table under %s',
  (strategy) => {
    let shop: Shop
    let app: Who
    beforeAll(async () => {
      shop = await openShop(inject('serverUrl'), strategy)
      app = { service: shop.orders, kind: 'app' }
    })
    afterAll(() => shop.remove())

    const everyone = (): Who[] => [app, { service: shop.orders, kind: 'migrator' }, 'administrator']
    const insert = async (): Promise<string> => {
      const [row] = await shop.as<{ id: string }>(
        app,
        shop.orders,
        "insert into orders (item) values ('chair') returning id",
      )
      return row?.id ?? ''
    }

    it.each([
      ['forgets the version', 'item = item'],
      ['keeps the version', 'version = version'],
      ['skips a version', 'version = version + 2'],
      ['goes back', 'version = version - 1'],
      ['has no version', 'version = null'],
    ])('refuses an update that %s, whoever sends it', async (_name, set) => {
      const id = await insert()
      for (const who of everyone()) {
        const update = shop.as(who, shop.orders, `update ${shop.orders}.orders set ${set} where id = $1`, [
          id,
        ])
        await expect(update).rejects.toMatchObject({
          code: '23514',
          constraint: 'version_advances_by_one',
          schema: shop.orders,
          table: 'orders',
          hint: expect.stringContaining('version = version + 1'),
        })
      }
      expect(await shop.as(app, shop.orders, 'select version from orders where id = $1', [id])).toEqual([
        { version: 1 },
      ])
    })

    it('refuses a first version other than 1, and a key that changes', async () => {
      const id = await insert()
      await expect(
        shop.as(app, shop.orders, "insert into orders (item, version) values ('x', 2)"),
      ).rejects.toMatchObject({ constraint: 'version_advances_by_one' })
      await expect(
        shop.as(
          app,
          shop.orders,
          'update orders set id = gen_random_uuid(), version = version + 1 where id = $1',
          [id],
        ),
      ).rejects.toMatchObject({ constraint: 'key_never_changes' })
    })

    it('stamps updated_at itself, and never twice the same within a row', async () => {
      const id = await insert()
      const times = await shop.as<{ at: Date; version: number }>(
        app,
        shop.orders,
        `with a as (select 1)
       update orders set updated_at = '2001-01-01', version = version + 1 where id = $1 returning updated_at as at, version`,
        [id],
      )
      expect(Date.now() - (times[0]?.at.getTime() ?? 0)).toBeLessThan(60_000)
      const rows = await shop.as<{ ok: boolean }>(
        app,
        shop.orders,
        `select at > lag(at) over (order by version) as ok from order_history where entity_id = '${id}' order by version`,
      )
      expect(rows).toEqual([{ ok: null }, { ok: true }])
    })

    it('is created when it is first written, to the microsecond, and keeps an older date', async () => {
      const dates = (columns: string, values: string): Promise<object[]> =>
        shop.as(
          app,
          shop.orders,
          `insert into orders (item${columns}) values ('chair'${values}) returning created_at = updated_at as now, created_at < '2002-01-01' as old`,
        )
      expect(await dates('', '')).toEqual([{ now: true, old: false }])
      expect(await dates(', created_at', ", '2001-01-01'")).toEqual([{ now: false, old: true }])
    })

    it('has every revision in its history, with the row as it was and the time it bears', async () => {
      const id = await insert()
      await shop.as(
        app,
        shop.orders,
        `update orders set item = 'stool', version = version + 1 where id = '${id}'`,
      )
      await shop.as(app, shop.orders, `delete from orders where id = '${id}'`)
      const rows = await shop.as(
        app,
        shop.orders,
        "select version, operation, data ->> 'item' as item, (data ->> 'updated_at')::timestamptz = at as same from order_history where entity_id = $1 order by seq",
        [id],
      )
      expect(rows).toEqual([
        { version: 1, operation: 'insert', item: 'chair', same: true },
        { version: 2, operation: 'update', item: 'stool', same: true },
        { version: 3, operation: 'delete', item: 'stool', same: false },
      ])
    })

    it('cannot be emptied behind the back of its history', async () => {
      const truncate = shop.as({ service: shop.orders, kind: 'migrator' }, shop.orders, 'truncate orders')
      await expect(truncate).rejects.toMatchObject({ code: '23001', table: 'orders' })
    })

    it('writes no history for a transaction that is rolled back', async () => {
      const [before] = await shop.as(app, shop.orders, 'select count(*) from order_history')
      await shop.as(app, shop.orders, "begin; insert into orders (item) values ('ghost'); rollback")
      expect(await shop.as(app, shop.orders, 'select count(*) from order_history')).toEqual([before])
    })
  },
)
