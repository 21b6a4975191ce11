import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import { gallery, type Gallery } from '../../test/fixtures/gallery.js'
import { collecting } from '../../test/fixtures/gallery-handlers.js'
import { rejection } from '../../test/fixtures/rejection.js'
import type { Handler } from '../consumers/index.js'
import type { Projection } from './index.js'

let house: Gallery

beforeAll(async () => {
  house = await gallery()
  await house.publish(keys(200))
})
afterAll(() => house.drop())

const keys = (count: number): string[] => Array.from({ length: count }, (_, i) => `item-${i % 40}`)

const livePosition = (projection: Projection) => projection.state().live?.sources['workshop']?.position
const rebuildPosition = (projection: Projection) => projection.state().rebuild?.sources['workshop']?.position

/** As {@link collecting}, but that some items are not for showing. */
const choosing: Handler = async (tx, event) => {
  if (!event.subject.endsWith('0')) await collecting(tx, event)
}

beforeEach(async () => {
  await house.db.query(`select freehold.discard_build('items')`)
})

it('says what a changed handler changes, and swaps what was verified only', async () => {
  const first = house.show()
  const last = await house.publish(['item-0'])
  await expect.poll(() => livePosition(first)).toBe(last)
  await first.stop()

  const changed = house.show({ handler: choosing })
  await changed.rebuild()
  await expect.poll(() => rebuildPosition(changed)).toBe(last)
  const found = await changed.verify()
  expect(found).toMatchObject({ isSame: false, rows: 36, live: { rows: 40 } })
  expect(found.differences.map(({ key }) => key).toSorted()).toEqual([
    'item-0',
    'item-10',
    'item-20',
    'item-30',
  ])
  expect(found.differences).toContainEqual({ key: 'item-0', inLive: true, inRebuild: false })

  expect(await rejection(changed.swap({ digest: found.live.digest }))).toMatchObject({
    code: 'FREEHOLD_PROJECTION_UNVERIFIED',
    details: { digest: found.digest },
  })
  // Something has happened since.
  const more = await house.publish(['item-1'])
  await expect.poll(() => rebuildPosition(changed)).toBe(more)
  expect(await rejection(changed.swap(found))).toMatchObject({ code: 'FREEHOLD_PROJECTION_UNVERIFIED' })
  expect(await house.items()).toHaveLength(40)

  const held = await changed.verify({ holdMs: 20_000 })
  const waiting = await house.publish(['item-1'])
  await changed.swap(held)
  expect(await house.items()).toHaveLength(36)
  await expect.poll(() => livePosition(changed)).toBe(waiting)

  // It was wrong to do so.
  await changed.rollback()
  expect(await house.items()).toHaveLength(40)
  expect(await house.plan()).toEqual([])
  await changed.stop()
  const second = house.show()
  const end = await house.publish(['item-0', 'item-2'])
  await expect.poll(() => livePosition(second)).toBe(end)
  expect((await house.items()).find(({ id }) => id === 'item-0')?.place).toBe(end - 1)
  expect(second.state()).toMatchObject({ retired: undefined, rebuild: { build: found.build } })
  await second.stop()
})

it('refuses what does not fit: another rebuild, a swap without one, a table that has changed', async () => {
  const projection = house.show()
  expect(await rejection(projection.verify())).toMatchObject({ code: 'FREEHOLD_PROJECTION_NOT_FOUND' })
  expect(await rejection(projection.swap({ digest: '' }))).toMatchObject({
    code: 'FREEHOLD_PROJECTION_NOT_FOUND',
  })
  expect(await rejection(projection.rollback())).toMatchObject({ code: 'FREEHOLD_PROJECTION_NOT_FOUND' })
  expect(await projection.discard()).toBeUndefined()

  await projection.rebuild()
  await projection.swap(await projection.verify())
  expect(await rejection(projection.rebuild())).toMatchObject({ code: 'FREEHOLD_PROJECTION_RETIRED' })
  await house.admin.query('alter table gallery.items add column colour text')
  expect(await rejection(projection.rollback())).toMatchObject({
    code: 'FREEHOLD_PROJECTION_CHANGED',
    message: expect.stringContaining('colour') as string,
  })
  await house.admin.query('alter table gallery.items drop column colour')
  expect(await projection.discard()).toBeGreaterThan(0)
  expect(await house.plan()).toEqual([])
  await house.admin.query('create view gallery.shown as select id from gallery.items')
  expect(await rejection(projection.rebuild())).toMatchObject({
    code: 'FREEHOLD_PROJECTION_OBSTACLES',
    message: expect.stringContaining('view gallery.shown') as string,
  })
  await house.admin.query('drop view gallery.shown')
  await projection.stop()
})

it('is swapped under readers and writers, none of whom notices', async () => {
  const projection = house.show()
  await expect.poll(() => livePosition(projection)).toBeGreaterThan(199)
  await projection.rebuild()
  let isOver = false
  onTestFinished(() => {
    isOver = true
  })
  const failures: unknown[] = []
  const writer = (async () => {
    let last = 0
    while (!isOver) {
      // Verifying waits until the rebuild has caught up, and a busy machine applies slower than it writes.
      if ((livePosition(projection) ?? 0) >= last - 200) last = await house.publish(keys(20))
      await sleep(20)
    }
  })()
  const counts = new Set<number>()
  let reads = 0
  const reader = async (): Promise<void> => {
    const db = house.open({ max: 1 })
    while (!isOver) {
      try {
        // One is prepared once and planned again; the other is new each time.
        const text = 'select count(*) as count from items where times > $1'
        const named = await db.query<{ count: number }>({ name: 'counting', text, values: [0] })
        const plain = await db.query<{ count: number }>(text, [0])
        counts.add(Number(named.rows[0]?.count)).add(Number(plain.rows[0]?.count))
        reads += 1
      } catch (error) {
        failures.push(error)
      }
    }
  }
  const readers = [reader(), reader()]
  await expect.poll(() => livePosition(projection)).toBeGreaterThan(200)
  const before = reads
  const { digest, isSame } = await projection.verify()
  expect(isSame).toBe(true)
  await projection.swap({ digest })
  const build = projection.state().live?.build
  const after = livePosition(projection) ?? 0
  await expect.poll(() => livePosition(projection)).toBeGreaterThan(after + 100)
  isOver = true
  await Promise.all([writer, ...readers])
  expect(build).toBeGreaterThan(1)
  expect(reads).toBeGreaterThan(before)
  expect(failures).toEqual([])
  expect([...counts]).toEqual([40])
  await projection.stop()
})
