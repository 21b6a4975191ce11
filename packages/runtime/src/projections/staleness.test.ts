import { FreeholdError } from '@freehold/manifest/errors'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { directTransport } from '../../test/fixtures/direct-transport.js'
import { gallery, type Gallery } from '../../test/fixtures/gallery.js'
import { collecting } from '../../test/fixtures/gallery-handlers.js'
import { NotedV1 } from '../../test/fixtures/maker.js'
import { seal } from '../sealing/index.js'

let house: Gallery

beforeAll(async () => {
  house = await gallery()
})
afterAll(() => house.drop())

it('is the age of the oldest event that is not applied, and none when all are', async () => {
  let isSlow = true
  const projection = house.show({
    handler: async (tx, event) => {
      while (isSlow && event.subject === 'late') await new Promise((resolve) => setTimeout(resolve, 20))
      return collecting(tx, event)
    },
    leaseMs: 20_000,
  })
  await house.publish(['early'])
  await expect.poll(() => projection.state().live?.sources['workshop']?.position).toBe(1)
  expect(projection.state().staleness).toEqual({ ms: 0, limitMs: 2_000, isStale: false })

  // Sealed a second after it was written.
  await house.maker.query(
    `insert into events (id, type, key, data) values (gen_random_uuid(), $1, 'late', '{"itemId": "late", "note": 1}')`,
    [NotedV1.type],
  )
  const written = performance.now()
  await expect.poll(() => performance.now() - written).toBeGreaterThan(1_000)
  await seal(house.maker, 'events')
  await expect.poll(() => projection.state().staleness.ms).toBeGreaterThan(1_000)
  await expect.poll(() => projection.report()).toMatchObject({ isStale: true, limitMs: 2_000, parked: 0 })
  isSlow = false
  await expect.poll(() => projection.state().live?.sources['workshop']?.position).toBe(2)
  expect(projection.report()).toEqual({ stalenessMs: 0, isStale: false, limitMs: 2_000, parked: 0 })
  await projection.stop()
})

it('grows while the publisher cannot be reached', async () => {
  let isThere = true
  const transport = directTransport(house.maker, {
    before: () => {
      if (isThere) return
      throw new FreeholdError('FREEHOLD_EVENTS_UNAVAILABLE', { message: 'The workshop is closed.' })
    },
  })
  const sources = { workshop: { transport, handlers: { [NotedV1.type]: collecting } } }
  const projection = house.show({ sources, waitMs: 50 })
  await expect.poll(() => projection.state().staleness.ms).toBe(0)
  isThere = false
  await expect.poll(() => projection.state().staleness.isStale).toBe(true)
  isThere = true
  // The consumer's waits have grown meanwhile.
  await expect
    .poll(() => projection.state().staleness, { timeout: 25_000 })
    .toEqual({ ms: 0, limitMs: 2_000, isStale: false })
  await projection.stop()
})
