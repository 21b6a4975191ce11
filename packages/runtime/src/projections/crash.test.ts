import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { gallery, galleryService, type Gallery } from '../../test/fixtures/gallery.js'
import { discardBuild, projectionBuilds, type Projection } from './index.js'

const program = fileURLToPath(new URL('../../test/fixtures/projection-process.mjs', import.meta.url))
const itemKeys = Array.from({ length: 120 }, (_, i) => `item-${i % 11}`)

let house: Gallery
const children: ChildProcess[] = []

beforeAll(async () => {
  house = await gallery()
  await house.publish(itemKeys)
})
beforeEach(async () => {
  await discardBuild(house.db, 'items').catch(() => undefined)
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    const end = once(child, 'exit')
    child.kill('SIGKILL')
    await end
  }
})
afterAll(() => house.drop())

/** Runs the projection in a process of its own. @returns What ended it. */
async function killedAt(step: string, times = 1, waitMs = 0): Promise<unknown> {
  const child = fork(program, {
    execArgv: [],
    env: {
      PATH: process.env['PATH'],
      MAKER_URL: house.makerUrl,
      GALLERY_URL: house.galleryUrl,
      SERVICE: JSON.stringify(galleryService),
      STEP: step,
      TIMES: String(times),
      WAIT_MS: String(waitMs),
    },
  })
  children.push(child)
  const [, signal] = (await once(child, 'exit')) as [unknown, unknown]
  return signal
}

async function expectWhole(projection: Projection, last: number): Promise<void> {
  // The position is of the lanes that it holds; those of a process that was killed come when their lease has passed.
  const applied = async () => (await house.items()).reduce((sum, { times }) => sum + times, 0)
  await expect
    .poll(async () => [projection.state().live?.sources['workshop']?.position, await applied()])
    .toEqual([last, last])
}

it('goes on with a rebuild where it was when it was killed', async () => {
  const first = house.show()
  await first.rebuild()
  await first.stop()
  for (const step of ['rebuild-handler', 'rebuild-effect', 'live-effect', 'rebuild-effect']) {
    await house.publish(itemKeys.slice(0, 40))
    expect({ step, by: await killedAt(step, 2) }).toEqual({ step, by: 'SIGKILL' })
  }
  const last = await house.publish(['item-1'])
  const heir = house.show({ leaseMs: 400 })
  await expectWhole(heir, last)
  const { digest, isSame } = await heir.verify()
  expect(isSame).toBe(true)
  await heir.swap({ digest })
  await expectWhole(heir, await house.publish(['item-2']))
  await heir.stop()
})

it.each([
  ['before it is swapped, with all lanes taken', 'verified', 0],
  ['when it has asked for the swap', 'swapping', 0],
  ['while the swap goes on', 'swapping', 4],
  ['when the swap may be over', 'swapping', 15],
])('is swapped whole or not at all when it is killed %s', async (_, step, waitMs) => {
  const first = house.show()
  const build = await first.rebuild()
  await first.stop()
  await house.publish(itemKeys.slice(0, 10))
  expect(await killedAt(step, 1, waitMs)).toBe('SIGKILL')
  const heir = house.show({ leaseMs: 400 })
  const last = await house.publish(['item-3'])
  await expectWhole(heir, last)
  const builds = await projectionBuilds(house.db, { service: 'gallery', table: 'items' })
  const places = builds.map(({ place }) => place).toSorted()
  const isSwapped = builds.find(({ place }) => place === 'live')?.build === build
  expect(places).toEqual(isSwapped ? ['live', 'retired'] : ['building', 'live'])
  expect(await house.plan()).toEqual([])
  if (!isSwapped) await heir.swap(await heir.verify())
  await heir.rollback()
  await expectWhole(heir, last)
  await heir.stop()
})
