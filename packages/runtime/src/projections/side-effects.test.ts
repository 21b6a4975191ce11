import { isFreeholdError } from '@freehold/manifest/errors'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { gallery, type Gallery } from '../../test/fixtures/gallery.js'
import { collecting } from '../../test/fixtures/gallery-handlers.js'
import type { Handler } from '../consumers/index.js'
import { projectionBuilds } from './index.js'

let house: Gallery

beforeAll(async () => {
  house = await gallery()
})
afterAll(() => house.drop())

const audited: Handler = async (tx, event) => {
  await collecting(tx, event)
  await tx.query('insert into audit_log (what) values ($1)', [event.subject])
}
const auditedByItsFullName: Handler = async (tx, event) => {
  await collecting(tx, event)
  await tx.query('insert into gallery.audit_log (what) values ($1)', [event.subject])
}
const told: Handler = async (tx, event) => {
  await collecting(tx, event)
  await tx.query(`select freehold.append_event('gallery.shown.v1', $1, '{}')`, [event.subject])
}

it.each([
  ['a row in another table', audited],
  ['a row in another table, by its full name', auditedByItsFullName],
  ['an event', told],
])('stands still before a handler that would write %s again, and loses nothing', async (_, handler) => {
  const last = await house.publish(['a', 'b'])
  const heard: unknown[] = []
  const careless = house.show({ handler, onError: (error) => heard.push(error) })
  await expect.poll(() => careless.state().live?.sources['workshop']?.position).toBe(last)
  const written = await effects()
  expect(written).toBeGreaterThan(0)

  await careless.rebuild()
  await expect.poll(() => careless.state().rebuild?.problem).toMatch(/does more than write its table/)
  await expect
    .poll(() => heard.some((error) => isFreeholdError(error, 'FREEHOLD_PROJECTION_SIDE_EFFECT')))
    .toBe(true)
  const noted = async (): Promise<string | undefined> => {
    const builds = await projectionBuilds(house.db, { service: 'gallery', table: 'items' })
    return builds.find(({ place }) => place === 'building')?.problem
  }
  await expect.poll(noted).toMatch(/does more than write its table/)
  expect(await effects()).toBe(written)
  expect(await house.items('gallery_rebuild')).toEqual([])
  // The live one goes on meanwhile, with its side effects.
  const more = await house.publish(['a'])
  await expect.poll(() => careless.state().live?.sources['workshop']?.position).toBe(more)
  await careless.stop()

  const mended = house.show()
  await expect.poll(() => mended.state().rebuild?.sources['workshop']?.position).toBe(more)
  await expect.poll(noted).toBeUndefined()
  expect((await mended.verify()).isSame).toBe(true)
  await mended.discard()
  await mended.stop()
})

async function effects(): Promise<number> {
  const { rows } = await house.db.query<{ count: number | string }>(
    'select (select count(*) from audit_log) + (select count(*) from events) as count',
  )
  return Number(rows[0]?.count)
}
