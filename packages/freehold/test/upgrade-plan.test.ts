import { defineSystem, mutable } from '@freehold/manifest'
import { applyPlan, planSystem, type Change } from 'freehold'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { openShop, type Shop } from './fixtures/shop.js'

let shop: Shop
beforeAll(async () => {
  shop = await openShop(inject('serverUrl'), 'shared-database')
})
afterAll(() => shop.remove())

const told = (changes: readonly Change[]) =>
  changes.map(({ object, summary }) => `${object}: ${summary}`).toSorted()

/** What a version of Freehold left that did not have something yet. */
const earlier: Readonly<Record<string, string>> = {
  'places of consumers, and proofs': `
    drop table freehold.consumer, freehold.consumer_instance, freehold.consumer_lane, freehold.parked_event,
      freehold.parked_action, freehold.consumer_move, freehold.archive, freehold.proof, freehold.checkpoint,
      freehold.proof_part, freehold.segment_proof, freehold.proof_columns, freehold.service_versions,
      freehold.statement_uses cascade`,
  'some records of migrations': 'drop table freehold.migration_starts, freehold.migration_backfills',
  'projections and personal data': `
    drop table freehold.projection_build, freehold.personal_event, freehold.subscription cascade;
    alter table freehold.owned_table drop column personal, drop column projection, drop column partitioned_to`,
  'guards as they are now': `
    drop function freehold.table_drift(text), freehold.refuse_key_change() cascade;
    drop function freehold.grant_drift(jsonb, text[])`,
}

it.each(Object.entries(earlier))('a plan for a database without %s is whole', async (_what, sql) => {
  await shop.as('administrator', shop.orders, sql)
  const plan = await planSystem(shop.context)
  const applied = await applyPlan(shop.context, plan)
  expect(told(applied)).toEqual(told(plan.changes))
  expect(new Set(told(plan.changes)).size).toBe(plan.changes.length)
  expect(await shop.plan()).toEqual([])
})

it('a plan for a manifest that has changed shows what follows from it for the tables that are there', async () => {
  const { orders, system } = shop
  await shop.as(
    { service: orders, kind: 'migrator' },
    orders,
    `create table extras (id uuid primary key, version integer not null default 1, updated_at timestamptz not null default now())`,
  )
  const services = system.services.map((service) =>
    service.name === orders ? { ...service, owns: { ...service.owns, extras: mutable() } } : service,
  )
  const context = { ...shop.context, system: defineSystem({ ...system, services }) }
  const plan = await planSystem(context)
  expect(plan.changes.map(({ object }) => object)).toContain(`${orders}.extras`)
  const applied = await applyPlan(context, plan)
  expect(told(applied)).toEqual(told(plan.changes.filter(({ action }) => action !== 'problem')))
  expect((await planSystem(context)).changes).toEqual([])
})
