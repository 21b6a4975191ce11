import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serviceNamed } from '@freehold/manifest'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { openShop, type Shop } from './fixtures/shop.js'

const script = fileURLToPath(new URL('migrate-process.mjs', import.meta.url))
const fixtures = new URL('fixtures/', import.meta.url)

/** Three indexes that are built concurrently, with a statement between them that a transaction would hold back. */
const indexesOn = (table: string): string => `
create index concurrently ${table}_a on ${table} (version);
create index concurrently ${table}_b on ${table} ((version + 1)) where version > 0;
vacuum ${table};
create index concurrently ${table}_c on ${table} (updated_at desc);`

describe.each(['database-per-service', 'shared-database'] as const)('replicas under %s', (strategy) => {
  let shop: Shop
  let folder: string
  const running = new Set<ChildProcess>()
  beforeAll(async () => {
    shop = await openShop(inject('serverUrl'), strategy)
    folder = await mkdtemp(join(tmpdir(), 'freehold-replicas-'))
    for (const [service, table] of tables())
      await cp(
        new URL(`${serviceNamed(shop.system, service).migrations}/`, fixtures),
        join(folder, service),
        {
          recursive: true,
        },
      ).then(() => writeFile(join(folder, service, '0002_indexes.sql'), indexesOn(table)))
  })
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL')
    await shop.remove()
    await rm(folder, { recursive: true })
  })

  const tables = () =>
    [
      [shop.orders, 'orders'],
      [shop.billing, 'invoices'],
    ] as const

  /** A process that migrates a service, as each replica does when it starts. */
  async function replica(service: string): Promise<ChildProcess> {
    const { system } = shop
    const url = await shop.url('migrator', service)
    const options = { system, service: serviceNamed(system, service), url, directory: join(folder, service) }
    const child = spawn(process.execPath, [script, JSON.stringify(options)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    running.add(child)
    child.once('exit', () => running.delete(child))
    return child
  }

  const indexesOf = (service: string, table: string) =>
    shop.as<{ name: string; valid: boolean }>(
      'administrator',
      service,
      `select c.relname::text as name, i.indisvalid as valid
       from pg_index i join pg_class c on c.oid = i.indexrelid
       where i.indrelid = '${serviceNamed(shop.system, service).schema}.${table}'::regclass
         and c.relname ~ '_[a-z]$' order by 1`,
    )
  const appliedOf = async (service: string, number: number): Promise<number> => {
    const [row] = await shop.as<{ count: number }>(
      'administrator',
      service,
      `select count(*)::integer as count from freehold.migrations where service = '${service}' and number = ${number}`,
    )
    return row?.count ?? 0
  }
  const built = (table: string, names: readonly string[]) =>
    names.map((name) => ({ name: `${table}_${name}`, valid: true }))

  test('all services at once, two replicas each: every index is built once, and no run waits for ever', async () => {
    const children = await Promise.all(tables().flatMap(([service]) => [replica(service), replica(service)]))
    const codes = await Promise.all(
      children.map(async (child) => (await once(child, 'exit')) as [number | null]),
    )
    expect(codes.map(([code]) => code)).toEqual([0, 0, 0, 0])
    for (const [service, table] of tables()) {
      expect(await indexesOf(service, table)).toEqual(built(table, ['a', 'b', 'c']))
      expect(await appliedOf(service, 2)).toBe(1)
    }
  })

  test('one takes over from another that is killed in the middle of an index', async () => {
    const { orders } = shop
    await writeFile(
      join(folder, orders, '0003_more.sql'),
      `create index concurrently orders_d on orders (item);
create index concurrently orders_e on orders (version desc);`,
    )
    const reader = new pg.Client({ connectionString: await shop.url('app', orders) })
    await reader.connect()
    await reader.query('begin isolation level repeatable read')
    await reader.query('select count(*) from orders')
    const first = await replica(orders)
    await expect
      .poll(() => indexesOf(orders, 'orders').then((all) => all.filter(({ valid }) => !valid)), {
        timeout: 30_000,
      })
      .toEqual([{ name: 'orders_d', valid: false }])
    const second = await replica(orders)
    first.kill('SIGKILL')
    await once(first, 'exit')
    await reader.end()
    const [code] = (await once(second, 'exit')) as [number | null]
    expect(code).toBe(0)
    expect(await indexesOf(orders, 'orders')).toEqual(built('orders', ['a', 'b', 'c', 'd', 'e']))
    expect(await appliedOf(orders, 3)).toBe(1)
  })
})
