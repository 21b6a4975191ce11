import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { workshop, workshopService, type Workshop } from '../../test/fixtures/workshop.js'
import { startSealer, type Sealer } from './index.js'

let shop: Workshop
const sealers: Sealer[] = []

beforeAll(async () => {
  shop = await workshop()
})
afterEach(() => Promise.all(sealers.splice(0).map((sealer) => sealer.stop())))
afterAll(() => shop.drop())

function start(...options: Parameters<typeof startSealer>): Sealer {
  const sealer = startSealer(...options)
  sealers.push(sealer)
  return sealer
}

const insert = `insert into events (id, type, key, data) values (gen_random_uuid(), 'workshop.made.v1', 'k', '{}')`

it('seals at once what its own process commits', async () => {
  const never = { gapMs: 0, soonestMs: 600_000, seldomMs: 600_000 }
  const sealer = start(workshopService, shop.open({ max: 1 }), { events: never, others: never })
  const db = shop.open({ onCommit: () => sealer.nudge() })
  const { position } = sealer.state('events')
  await db.query('select 1')
  await db.transaction((tx) => tx.query(insert))
  expect(await sealer.sealedBeyond('events', position, { waitMs: 10_000 })).toBe(position + 1)
  expect(sealer.state('events')).toMatchObject({ rows: 1, seals: 1 })
  expect(sealer.state('events').greatestLagMs).toBeGreaterThan(0)
})

it('seals at once, though it has just looked in vain', async () => {
  const events = { gapMs: 60_000, soonestMs: 20, seldomMs: 20 }
  const db = shop.open()
  await db.query(`select from freehold.seal('events')`)
  const sealer = start(workshopService, shop.open({ max: 1 }), { logs: ['events'], events })
  const before = await sealer.sealedBeyond('events', 0, { waitMs: 10_000 })
  await new Promise((resolve) => setTimeout(resolve, 100))
  await db.query(insert)
  sealer.nudge()
  expect(await sealer.sealedBeyond('events', before, { waitMs: 10_000 })).toBe(before + 1)
})

it('finds what others commit by looking, and is not stopped by errors', async () => {
  const errors: unknown[] = []
  const sealer = start(workshopService, shop.open({ max: 1 }), { onError: (error) => errors.push(error) })
  const before = await sealer.sealedBeyond('events', 0, { waitMs: 10_000 })
  const others = shop.open()
  await others.query(insert)
  expect(await sealer.sealedBeyond('events', before, { waitMs: 10_000 })).toBe(before + 1)
  await others
    .query(
      `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`,
    )
    .catch(() => undefined)
  await others.query(insert)
  expect(await sealer.sealedBeyond('events', before + 1, { waitMs: 10_000 })).toBe(before + 2)
})

it('shares the work with other processes: whoever comes first seals, and all hear of it', async () => {
  const [one, two] = [0, 1].map(() => start(workshopService, shop.open({ max: 1 })))
  const db = shop.open({
    onCommit: () => {
      one?.nudge()
      two?.nudge()
    },
  })
  const before = (await one?.sealedBeyond('events', 0, { waitMs: 10_000 })) ?? 0
  await Promise.all(Array.from({ length: 50 }, () => db.query(insert)))
  await expect.poll(() => one?.state('events').position).toBe(before + 50)
  await expect.poll(() => two?.state('events').position).toBe(before + 50)
})

it('lets those who wait go when it stops, when their time is up, and when they stop waiting', async () => {
  const sealer = start(workshopService, shop.open({ max: 1 }))
  const position = await sealer.sealedBeyond('events', 0, { waitMs: 10_000 })
  expect(await sealer.sealedBeyond('events', position, { waitMs: 5 })).toBe(position)
  const waiter = new AbortController()
  const given = sealer.sealedBeyond('events', position, { waitMs: 60_000, signal: waiter.signal })
  waiter.abort()
  expect(await given).toBe(position)
  const left = sealer.sealedBeyond('events', position, { waitMs: 60_000 })
  await sealer.stop()
  expect(await left).toBe(position)
})

it('knows the logs of the service, and those that it was given', () => {
  expect(() => start(workshopService, shop.open(), { logs: ['items'] })).toThrow(
    expect.objectContaining({ code: 'FREEHOLD_MANIFEST_UNKNOWN_TABLE' }),
  )
  const sealer = start(workshopService, shop.open({ max: 1 }), { logs: ['events'] })
  expect(() => sealer.state('audit_log')).toThrow(
    expect.objectContaining({ code: 'FREEHOLD_LOG_NOT_SEALED_HERE' }),
  )
})
