import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rejection } from '../../test/fixtures/rejection.js'
import { wireTap } from '../../test/fixtures/wire-tap.js'
import { items, workshop, type Workshop } from '../../test/fixtures/workshop.js'
import { connect, type Database, type Transaction } from './index.js'

let shop: Workshop
let db: Database
let admin: Database

beforeAll(async () => {
  shop = await workshop()
  db = shop.open()
  admin = shop.open({ url: shop.adminUrl })
})

afterAll(() => shop.drop())

const add = (tx: Transaction | Database, values: object = {}) =>
  items.insert(tx, { id: randomUUID(), owner: 'ann', name: 'x', ...values })

const count = async (owner: string): Promise<number> => {
  const { rows } = await db.query<{ count: number }>('select count(*) from items where owner = $1', [owner])
  return rows[0]?.count ?? -1
}

/** Nothing of a transaction is left on any connection of the pool. */
async function expectCleanPool(): Promise<void> {
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      const client = await db.pool.connect()
      await client.query('select 1')
      expect(client.getTransactionStatus()).toBe('I')
      client.release()
    }),
  )
}

describe('a transaction', () => {
  test('commits what the work did, and returns what it returned', async () => {
    const owner = randomUUID()
    const item = await db.transaction(async (tx) => {
      await add(tx, { owner })
      return add(tx, { owner })
    })
    expect(item.version).toBe(1)
    expect(await count(owner)).toBe(2)
  })

  test('undoes everything when the work rejects, in whichever statement', async () => {
    const owner = randomUUID()
    for (const fails of ['select 1 / 0', 'no sql']) {
      const refused = rejection(
        db.transaction(async (tx) => {
          await add(tx, { owner })
          await tx.query(fails)
        }),
      )
      expect(await refused).toMatchObject({ name: 'error' })
      expect(await rejection(db.transaction((tx) => tx.query(fails)))).toMatchObject({ name: 'error' })
    }
    const boom = new RangeError('boom')
    const thrown = db.transaction(async (tx) => {
      await add(tx, { owner })
      throw boom
    })
    expect(await rejection(thrown)).toBe(boom)
    expect(await count(owner)).toBe(0)
    await expectCleanPool()
  })

  test('undoes everything when COMMIT is refused', async () => {
    const owner = randomUUID()
    const orphan = db.transaction((tx) => add(tx, { owner, parent_id: randomUUID() }))
    expect(await rejection(orphan)).toMatchObject({ code: '23503', constraint: 'items_parent' })
    expect(await count(owner)).toBe(0)
    await expectCleanPool()
  })

  test('says so when a failure was swallowed and nothing was stored', async () => {
    const owner = randomUUID()
    const swallowed = db.transaction(async (tx) => {
      await add(tx, { owner })
      await tx.query('select 1 / 0').catch(() => undefined)
    })
    expect(await rejection(swallowed)).toMatchObject({
      code: 'FREEHOLD_TRANSACTION_ABORTED',
      cause: { code: '22012' },
    })
    expect(await count(owner)).toBe(0)
  })

  test('goes on after a failure behind a savepoint', async () => {
    const owner = randomUUID()
    await db.transaction(async (tx) => {
      await tx.query('savepoint before')
      await tx.query('select 1 / 0').catch(() => undefined)
      await tx.query('rollback to before')
      await add(tx, { owner })
    })
    expect(await count(owner)).toBe(1)
  })

  test('takes several statements in one text, also as its first', async () => {
    const owner = randomUUID()
    const insert = `insert into items (id, owner, name) values (gen_random_uuid(), '${owner}', 'x')`
    await db.transaction((tx) => tx.query(`${insert}; ${insert}`))
    expect(await count(owner)).toBe(2)
    const undone = db.transaction(async (tx) => {
      await tx.query(`${insert}; ${insert}`)
      await tx.query(`${insert}; select 1 / 0`)
    })
    expect(await rejection(undone)).toMatchObject({ code: '22012' })
    expect(await count(owner)).toBe(2)
  })

  test('does not run a statement whose BEGIN failed', async () => {
    const owner = randomUUID()
    const isolation = 'serializable, no such mode' as 'serializable'
    expect(await rejection(db.transaction((tx) => add(tx, { owner }), { isolation }))).toMatchObject({
      code: '42601',
    })
    const plain = `insert into items (id, owner, name) values (gen_random_uuid(), '${owner}', 'x')`
    expect(await rejection(db.transaction((tx) => tx.query(plain), { isolation }))).toMatchObject({
      code: '42601',
    })
    expect(await count(owner)).toBe(0)
    await expectCleanPool()
  })

  const neverBegun: Readonly<Record<string, (tx: Transaction) => Promise<unknown>>> = {
    'is no SQL': (tx) => tx.query('selec 1'),
    'has a value that cannot be sent': (tx) => tx.query('select $1::jsonb', [{ a: 1n }]),
    'has a name and fails': (tx) => tx.query({ name: 'no column', text: 'select no_such_column from items' }),
    'divides by zero': (tx) => tx.query('select 1 / $1::int', [0]),
  }
  test.for(Object.entries(neverBegun))(
    'stores nothing at all when its first statement %s',
    async ([, first]) => {
      const owner = randomUUID()
      const afterwards = db.transaction(async (tx) => {
        await first(tx).catch(() => undefined)
        await add(tx, { owner })
      })
      expect(await rejection(afterwards)).toMatchObject({ code: 'FREEHOLD_TRANSACTION_ABORTED' })
      const swallowed = db.transaction(async (tx) => {
        await first(tx).catch(() => undefined)
        await add(tx, { owner }).catch(() => undefined)
      })
      expect(await rejection(swallowed)).toMatchObject({ code: 'FREEHOLD_TRANSACTION_ABORTED' })
      const atOnce = db.transaction((tx) => Promise.all([first(tx), add(tx, { owner }), add(tx, { owner })]))
      expect(await rejection(atOnce)).toBeInstanceOf(Error)
      const forgotten = db.transaction(async (tx) => {
        void first(tx).catch(() => undefined)
        void add(tx, { owner }).catch(() => undefined)
      })
      expect(await rejection(forgotten)).toMatchObject({ code: 'FREEHOLD_TRANSACTION_ABORTED' })
      expect(await count(owner)).toBe(0)
      await expectCleanPool()
    },
  )

  test('commits statements that were sent at once, also those that nobody waited for', async () => {
    const owner = randomUUID()
    await db.transaction(async (tx) => {
      await Promise.all([add(tx, { owner }), add(tx, { owner }), add(tx, { owner })])
    })
    await db.transaction(async (tx) => {
      for (let n = 0; n < 3; n += 1) void add(tx, { owner })
    })
    expect(await count(owner)).toBe(6)
    await expectCleanPool()
  })

  test('runs as it was asked to', async () => {
    const settings = 'select current_setting($1) as isolation, current_setting($2) as read_only'
    const names = ['transaction_isolation', 'transaction_read_only']
    const { rows } = await db.transaction((tx) => tx.query(settings, names), {
      isolation: 'repeatable read',
      readOnly: true,
    })
    expect(rows).toEqual([{ isolation: 'repeatable read', read_only: 'on' }])
    expect(await rejection(db.transaction((tx) => add(tx), { readOnly: true }))).toMatchObject({
      code: 'FREEHOLD_TRANSACTION_READ_ONLY',
    })
  })
})

describe('misuse of a transaction', () => {
  test('that is idle for longer than it may be is undone, and the next may be as idle as ever', async () => {
    const owner = randomUUID()
    const idle = (tx: Transaction): Promise<unknown> => add(tx, { owner }).then(() => delay(300))
    const tooLong = async (tx: Transaction): Promise<unknown> => {
      await idle(tx)
      return add(tx, { owner })
    }
    expect(await rejection(db.transaction(tooLong, { idleMs: 50 }))).toMatchObject({
      code: 'FREEHOLD_TRANSACTION_TIMEOUT',
    })
    expect(await count(owner)).toBe(0)
    await db.transaction(idle, { idleMs: 5_000 })
    await db.transaction(tooLong)
    expect(await count(owner)).toBe(3)
  })

  test('after its end is an error', async () => {
    let kept: Transaction | undefined
    await db.transaction(async (tx) => {
      kept = tx
      await tx.query('select 1')
    })
    expect(await rejection(add(kept ?? db))).toMatchObject({ code: 'FREEHOLD_TRANSACTION_ENDED' })
  })

  test('inside itself is an error', async () => {
    const nested = db.transaction(async (tx) => (tx as Database).transaction(async () => undefined))
    expect(await rejection(nested)).toMatchObject({ code: 'FREEHOLD_TRANSACTION_NESTED' })
  })

  test('by statements of its own is an error, and its connection is not used again', async () => {
    const owner = randomUUID()
    const ended = db.transaction(async (tx) => {
      await add(tx, { owner })
      await tx.query('rollback')
      await add(tx, { owner })
    })
    expect(await rejection(ended)).toMatchObject({ code: 'FREEHOLD_TRANSACTION_CONTROL' })
    expect(await rejection(db.query('begin'))).toMatchObject({ code: 'FREEHOLD_TRANSACTION_CONTROL' })
    expect(await count(owner)).toBe(0)
    await expectCleanPool()
  })

  test('by waiting for another connection of the same pool is said to be that', async () => {
    const narrow = shop.open({ max: 1, connectTimeoutMs: 200 })
    const stuck = narrow.transaction(async (tx) => {
      await tx.query('select 1')
      await narrow.query('select 1')
    })
    expect(await rejection(stuck)).toMatchObject({
      code: 'FREEHOLD_DATABASE_UNAVAILABLE',
      details: { reason: 'pool exhausted', max: 1, transactions: 1 },
    })
    await narrow.ping()
  })
})

describe('a lost connection', () => {
  const pid = async (tx: Transaction): Promise<number> => {
    const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid')
    return rows[0]?.pid ?? 0
  }

  test('in the middle leaves nothing behind', async () => {
    const owner = randomUUID()
    const killed = db.transaction(async (tx) => {
      await add(tx, { owner })
      await admin.query('select pg_terminate_backend($1)', [await pid(tx)])
      await add(tx, { owner })
    })
    expect(await rejection(killed)).toMatchObject({ code: 'FREEHOLD_DATABASE_UNAVAILABLE' })
    expect(await count(owner)).toBe(0)
    await expectCleanPool()
  })

  test('while the work does something else leaves nothing behind, and the process alive', async () => {
    const owner = randomUUID()
    const killed = db.transaction(async (tx) => {
      await add(tx, { owner })
      await admin.query('select pg_terminate_backend($1)', [await pid(tx)])
      await new Promise((resolve) => setTimeout(resolve, 50))
    })
    expect(await rejection(killed)).toMatchObject({ code: 'FREEHOLD_DATABASE_UNAVAILABLE' })
    expect(await count(owner)).toBe(0)
  })

  test.for([
    ['before', 0],
    ['after', 1],
  ] as const)('%s COMMIT arrives is not taken for success or failure', async ([when, stored]) => {
    const owner = randomUUID()
    const tap = await wireTap(shop.appUrl)
    const tapped = connect({ url: tap.url, applicationName: 'tests' })
    const doubtful = tapped.transaction(async (tx) => {
      await add(tx, { owner })
      if (when === 'before') tap.cutBefore('commit')
      else tap.cutAfter('commit')
    })
    expect(await rejection(doubtful)).toMatchObject({ code: 'FREEHOLD_OUTCOME_UNKNOWN' })
    await expect.poll(() => count(owner)).toBe(stored)
    tap.reset()
    await tapped.ping()
    await tapped.close()
    await tap.close()
  })

  test('under a single write is not taken for failure, and under a read is', async () => {
    const tap = await wireTap(shop.appUrl)
    const tapped = connect({ url: tap.url, applicationName: 'tests' })
    const { id } = await add(tapped)
    tap.cutAfter('marked')
    const write = items.update(tapped, { key: id, expectedVersion: 1, set: { name: 'marked' } })
    expect(await rejection(write)).toMatchObject({ code: 'FREEHOLD_OUTCOME_UNKNOWN' })
    const read = tapped.query("select 'marked'")
    expect(await rejection(read)).toMatchObject({ code: 'FREEHOLD_DATABASE_UNAVAILABLE' })
    await tapped.close()
    await tap.close()
  })
})

describe('retries', () => {
  test('repeat the work when a concurrent transaction won', async () => {
    const { id } = await add(db)
    const raise = () =>
      db.transaction(
        async (tx) => {
          const item = await items.find(tx, id)
          await new Promise((resolve) => setTimeout(resolve, 10))
          const amount = (item?.amount ?? 0) + 1
          return items.update(tx, { key: id, expectedVersion: item?.version ?? 0, set: { amount } })
        },
        { isolation: 'repeatable read', retries: 50 },
      )
    await Promise.all(Array.from({ length: 8 }, raise))
    expect(await items.find(db, id)).toMatchObject({ amount: 8, version: 9 })
  })

  test('end with the conflict, and what is there now', async () => {
    const { id } = await add(db)
    const lost = db.transaction(
      async (tx) => {
        await items.find(tx, id)
        await items.update(db, { key: id, expectedVersion: 'any', set: { name: 'winner' } })
        return items.update(tx, { key: id, expectedVersion: 1, set: { name: 'loser' } })
      },
      { isolation: 'repeatable read' },
    )
    expect(await rejection(lost)).toMatchObject({
      code: 'FREEHOLD_VERSION_CONFLICT',
      current: { name: 'winner', version: 2 },
    })
    await expectCleanPool()
  })

  test('settle a deadlock', async () => {
    const [one, other] = [await add(db), await add(db)]
    const both = (first: string, second: string) =>
      db.transaction(
        async (tx) => {
          await items.update(tx, { key: first, expectedVersion: 'any', set: {} })
          await new Promise((resolve) => setTimeout(resolve, 50))
          await items.update(tx, { key: second, expectedVersion: 'any', set: {} })
        },
        { retries: 5 },
      )
    await Promise.all([both(one.id, other.id), both(other.id, one.id)])
    expect(await items.find(db, one.id)).toMatchObject({ version: 3 })
    expect(await items.find(db, other.id)).toMatchObject({ version: 3 })
  })
})
