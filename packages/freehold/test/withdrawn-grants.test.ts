import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serviceNamed } from '@freehold/manifest'
import { migrateService } from 'freehold'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { openShop, type Shop } from './fixtures/shop.js'

let shop: Shop
let directory: string
let count = 0
beforeAll(async () => {
  shop = await openShop(inject('serverUrl'), 'shared-database', 'applied')
  directory = await mkdtemp(join(tmpdir(), 'freehold-grants-'))
})
afterAll(async () => {
  await shop.remove()
  await rm(directory, { recursive: true })
})

/** Applies one more migration of billing; returns what the server said of it. */
async function migrate(sql: string): Promise<string[]> {
  count += 1
  await writeFile(join(directory, `000${count}_next.sql`), sql)
  const told: string[] = []
  await migrateService({
    system: shop.system,
    service: serviceNamed(shop.system, shop.billing),
    url: await shop.url('migrator', shop.billing),
    directory,
    onProgress: (progress) => {
      if (progress.kind === 'notice') told.push(progress.message)
    },
  })
  return told
}

/** What a plan would close. */
const open = async () =>
  (await shop.plan())
    .filter(({ action }) => action === 'revoke')
    .map(({ object, summary }) => [object, summary])

const things = `
  create table extras (id int, note text);
  create sequence numbers;
  create view extra_notes as select note from extras;
  create type mood as enum ('glad');
  create function total(int) returns int language sql as 'select $1';`

it('takes back what a migration grants to others, with the migration, and says so', async () => {
  const { billing, orders } = shop
  const told = await migrate(`${things}
    grant select on extras, extra_notes to public;
    grant select (note) on extras to ${orders}_app;
    grant usage on sequence numbers to ${orders}_app;
    grant usage on type mood to public;
    grant execute on function total(int) to ${orders}_app, ${billing}_app;
    alter default privileges grant select on tables to ${orders}_app;
    create table more (id int);`)
  expect(await open()).toEqual([])
  for (const said of [
    /^Taken back: .*extras: PUBLIC has SELECT$/,
    /^Taken back: .*extra_notes: PUBLIC has SELECT$/,
    /^Taken back: .*extras: .*_orders_app has SELECT on note$/,
    /^Taken back: .*numbers: .*_orders_app has USAGE$/,
    /^Taken back: type .*mood: PUBLIC has USAGE$/,
    /^Taken back: function .*total\(integer\): .*_orders_app has EXECUTE$/,
    /^Taken back: default privileges of .*_billing_owner: .*_orders_app gets SELECT on new tables$/,
    /^Taken back: .*more: .*_orders_app has SELECT$/,
  ])
    expect(told).toContainEqual(expect.stringMatching(said))
  expect(told).toHaveLength(8)
  const [own] = await shop.as<{ may: boolean }>(
    'administrator',
    billing,
    `select has_function_privilege('${billing}_app', '${billing}.total(int)', 'execute') as may`,
  )
  expect(own).toEqual({ may: true })
})

it('takes back what DO grants, and what the own app could pass on', async () => {
  const { billing, orders } = shop
  const told =
    await migrate(`do $$ begin execute 'grant execute on function total(int) to ${orders}_app'; end $$;
    grant execute on function total(int) to ${billing}_app with grant option`)
  expect(await open()).toEqual([])
  expect(told).toHaveLength(2)
})

it('takes it back with its statement, where a migration has no transaction and stops midway', async () => {
  const { orders } = shop
  const run = migrate(`grant select on extras to ${orders}_app; vacuum extras; select 1/0`)
  await expect(run).rejects.toMatchObject({ code: 'FREEHOLD_MIGRATION_STOPPED_MIDWAY' })
  expect(await open()).toEqual([])
})

it('leaves what a neighbour has of its own, and what an administrator gave of others', async () => {
  const { orders } = shop
  await shop.as(
    'administrator',
    orders,
    `create table ${orders}.theirs (id int); grant select on ${orders}.theirs to public`,
  )
  count -= 1
  await migrate(`grant select on extras to ${orders}_app; vacuum extras; select 1`)
  expect(await open()).toEqual([[`${orders}.theirs`, 'PUBLIC has SELECT']])
})
