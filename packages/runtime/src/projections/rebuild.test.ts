import { afterAll, beforeAll, expect, it } from 'vitest'
import { gallery, type Gallery } from '../../test/fixtures/gallery.js'

let house: Gallery

beforeAll(async () => {
  house = await gallery()
})
afterAll(() => house.drop())

const keys = (count: number): string[] => Array.from({ length: count }, (_, i) => `item-${i % 50}`)

it('is built anew beside the live build, verified at one position, and swapped', async () => {
  const last = await house.publish(keys(400))
  const projection = house.show({ batch: 100 })
  await expect.poll(() => projection.state().live?.sources['workshop']?.position).toBe(last)
  const before = await house.items()
  expect(before).toHaveLength(50)

  expect(await projection.rebuild()).toBe(2)
  expect(await projection.rebuild()).toBe(2)
  expect(await house.plan()).toEqual([])
  const more = await house.publish(keys(60))
  await expect.poll(() => projection.state().rebuild?.sources['workshop']?.position).toBe(more)
  await expect.poll(() => projection.state().live?.sources['workshop']?.position).toBe(more)
  expect(await house.items('gallery_rebuild')).toEqual(await house.items())
  const { digest, ...found } = await projection.verify()
  expect(found).toMatchObject({
    build: 2,
    rows: 50,
    isSame: true,
    differences: [],
    positions: { workshop: more },
  })
  expect(found.live.digest).toBe(digest)

  await projection.swap({ digest })
  expect(projection.state()).toMatchObject({ live: { build: 2 }, retired: { build: 1 }, rebuild: undefined })
  expect(await house.plan()).toEqual([])
  const end = await house.publish(keys(10))
  await expect.poll(() => projection.state().live?.sources['workshop']?.position).toBe(end)
  expect((await house.items()).at(0)?.place).toBe(more + 1)
  expect((await house.items('gallery_retired')).at(0)?.place).toBeLessThan(end)
})
