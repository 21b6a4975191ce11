import { randomUUID } from 'node:crypto'
import { checkpointSigned, defineService } from '@freehold/manifest'
import { checkpointText, emptyRoot, signNote } from '@freehold/proof'
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import { directTransport } from '../../test/fixtures/direct-transport.js'
import { openNeighbours, type Neighbour, type Neighbours } from '../../test/witnessing/neighbours.js'
import { eventLog } from '../events/index.js'
import { keepWitness, publishCheckpoints } from './index.js'

const aDay = 86_400_000
let neighbours: Neighbours
let north: Neighbour
let south: Neighbour
beforeAll(async () => {
  neighbours = await openNeighbours()
  ;({ north, south } = neighbours)
})
afterAll(() => neighbours.close())

/** The sizes of checkpoints of a log, as they were told. */
async function toldOf({ service, db }: Neighbour, log: string): Promise<number[]> {
  const { rows } = await db.query<{ size: number }>(
    "select (data ->> 'size')::integer as size from events where type = $1 and key = $2 order by seq",
    [checkpointSigned(service.name).type, log],
  )
  return rows.map(({ size }) => size)
}

async function signedSize({ db }: Neighbour, log: string): Promise<number> {
  const { rows } = await db.query<{ size: number }>(
    'select coalesce(max(size), 0)::integer as size from freehold.checkpoint where log = $1',
    [log],
  )
  return rows[0]?.size ?? 0
}

async function actAndSign(log: 'audit_log' | 'events'): Promise<number> {
  const before = await signedSize(north, log)
  await north.act(log)
  await expect.poll(() => signedSize(north, log)).toBeGreaterThan(before)
  return signedSize(north, log)
}

const publish = (everyMs = aDay) => {
  const errors: unknown[] = []
  const publisher = publishCheckpoints(north.service, north.db, {
    everyMs,
    onError: (error) => errors.push(error),
  })
  onTestFinished(() => publisher.stop())
  return { publisher, errors }
}

beforeEach(async () => {
  await actAndSign('audit_log')
})

it('tells once more when it stops, and after a restart only what is new', async () => {
  const { publisher, errors } = publish()
  const first = await signedSize(north, 'audit_log')
  await expect.poll(() => toldOf(north, 'audit_log')).toContain(first)
  const last = await actAndSign('audit_log')
  expect(await toldOf(north, 'audit_log')).not.toContain(last)
  await publisher.stop()
  const told = await toldOf(north, 'audit_log')
  expect(told.at(-1)).toBe(last)
  // Each start looks once, and so does each stop.
  for (let i = 0; i < 3; i += 1) await publish().publisher.stop()
  expect(await toldOf(north, 'audit_log')).toEqual(told)
  expect(errors).toEqual([])
})

it('tells of its log of events when something else was told in it, and not when only that', async () => {
  await publish().publisher.stop()
  const told = await toldOf(north, 'events')
  await actAndSign('audit_log')
  await publish().publisher.stop()
  await expect.poll(() => signedSize(north, 'events')).toBeGreaterThan(told.at(-1) ?? 0)
  await publish().publisher.stop()
  expect(await toldOf(north, 'events')).toEqual(told)
  await actAndSign('events')
  // What was told just now may be signed before what was done: then there is nothing to tell yet.
  const toldNow = async (): Promise<number> => {
    await publish().publisher.stop()
    return (await toldOf(north, 'events')).length
  }
  await expect.poll(toldNow).toBe(told.length + 1)
})

it('is told again of a log that is shorter than it was', async () => {
  const { contract, note } = forged({})
  const tooLarge = { log: 'audit_log', kind: 'audit', size: 1_000_000, position: 1, note }
  await north.db.transaction((tx) => eventLog(north.service).append(tx, { contract, data: tooLarge }))
  await publish().publisher.stop()
  expect((await toldOf(north, 'audit_log')).at(-1)).toBe(await signedSize(north, 'audit_log'))
})

it('keeps what its source tells of its own logs, in order, and nothing else of it', async () => {
  const { errors, stop } = south.start()
  const size = await actAndSign('audit_log')
  await publish().publisher.stop()
  const kept = async () =>
    (
      await south.db.query<{ size: number; kind: string; note: string }>(
        "select size::integer as size, kind, note from witnesses where source = 'north' and log = 'audit_log' order by seq",
      )
    ).rows
  await expect.poll(async () => (await kept()).at(-1)).toMatchObject({ size, kind: 'audit' })
  const before = (await kept()).length
  errors.splice(0)

  const right = { size: size + 1, position: 7 }
  const wrong = [
    forged({ ...right, service: 'south' }),
    forged({ ...right, log: 'events' }),
    forged({ ...right, size: size + 2 }),
    forged({ ...right, position: 9 }),
    { ...forged(right), note: 'not signed by anybody' },
  ]
  for (const { contract, note } of wrong) {
    const data = { log: 'audit_log', kind: 'audit', ...right, note }
    await north.db.transaction((tx) => eventLog(north.service).append(tx, { contract, data }))
  }
  // What does not even fit the contract cannot be told through it.
  await north.db.query(
    `insert into events (id, type, key, data) values ($1, 'north.checkpoint-signed.v1', 'audit_log', '{"log": 7}')`,
    [randomUUID()],
  )
  const last = await actAndSign('audit_log')
  await publish().publisher.stop()
  await expect.poll(async () => (await kept()).at(-1)).toMatchObject({ size: last })
  expect(await kept()).toHaveLength(before + 1)
  expect(new Set(errors.map((error) => (error as { code: string }).code))).toEqual(
    new Set(['FREEHOLD_PROOF_WRONG', 'FREEHOLD_PROOF_UNREADABLE']),
  )
  expect(errors.length).toBeGreaterThanOrEqual(wrong.length + 1)
  await stop()
})

it('refuses a service that has not declared what it would tell, or where it would keep it', () => {
  const { name, database } = north.service
  const { events } = north.service.owns
  const bare = defineService({ name, database, owns: events ? { events } : {} })
  expect(() => publishCheckpoints(bare, north.db)).toThrow(
    expect.objectContaining({ code: 'FREEHOLD_EVENT_NOT_PUBLISHED' }),
  )
  const witness = { source: 'south', db: north.db, transport: directTransport(south.db, {}, 'south') }
  expect(() => keepWitness({ ...witness, service: bare })).toThrow(
    expect.objectContaining({ code: 'FREEHOLD_WITNESS_LOG_MISSING' }),
  )
  expect(() => keepWitness({ ...witness, service: { ...north.service, consumes: {} } })).toThrow(
    expect.objectContaining({ code: 'FREEHOLD_CONSUMER_INVALID' }),
  )
})

/** A checkpoint that north signs and that is not the one of its log. */
function forged(other: { service?: string; log?: string; size?: number; position?: number }) {
  const text = checkpointText({
    service: 'north',
    log: 'audit_log',
    size: 1,
    position: 7,
    root: emptyRoot,
    epoch: randomUUID(),
    at: new Date(),
    ...other,
  })
  return { contract: checkpointSigned('north'), note: signNote(text, north.key) }
}
