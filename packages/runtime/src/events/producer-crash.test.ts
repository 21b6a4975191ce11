import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { ledger, type Ledger } from '../../test/fixtures/ledger.js'
import { makerService, NotedV1 } from '../../test/fixtures/maker.js'
import { seededForTest } from '../../test/fixtures/seeded.js'
import { steppingProcess, type SteppingProcess } from '../../test/fixtures/stepping-process.js'
import { startSealer } from '../sealing/index.js'

const keys = ['a', 'b', 'c', 'd', 'e']
/** In their order; at `write`, `append`, `commit` and `together` a statement was sent and is not yet answered. */
const steps = ['begin', 'read', 'write', 'append', 'written', 'appended', 'commit', 'committed', 'together']
const rounds = Number(process.env['FREEHOLD_KILL_ROUNDS'] ?? 1)

let books: Ledger
let admin: pg.Client
const processes: SteppingProcess[] = []

beforeAll(async () => {
  books = await ledger()
  admin = new pg.Client(books.adminUrl)
  await admin.connect()
  await books.maker.query('insert into "order" ("user") select unnest($1::text[])', [keys])
})
afterEach(async () => {
  await Promise.all(processes.splice(0).map((one) => one.kill()))
})
afterAll(async () => {
  await admin.end()
  await books.drop()
})

it(
  'has the event exactly if it has the change, and has it consumed once, though the producer is killed at every step',
  async () => {
    const random = seededForTest('producer')
    const sealer = startSealer(makerService, books.open({ url: books.makerUrl, max: 1 }), {
      logs: ['events'],
    })
    const name = 'told'
    const consumer = books.consume({ name })
    const outcomes: Record<string, string> = {}
    for (let round = 0; round < rounds; round += 1) {
      for (const step of steps) {
        const before = await stored()
        const said = await killedAt(step, 1 + random.below(4))
        const after = await stored()
        expect({ step, told: await toldVersions() }).toEqual({ step, told: await changedVersions() })
        // What the producer knew of is there, and at most the one change more that it was at.
        expect(after - before - said.length).toBeGreaterThanOrEqual(0)
        expect(after - before - said.length).toBeLessThanOrEqual(1)
        for (const { key, version } of said)
          expect(await changedVersions()).toMatchObject({
            [key]: expect.arrayContaining([version]) as number[],
          })
        outcomes[step] = `${outcomes[step] ?? ''}${after - before - said.length}`
      }
    }
    console.info('producer: changes beyond those it knew of, by step', outcomes)
    const last = await stored()
    await expect.poll(() => consumer.state().position).toBe(last)
    await sealer.stop()
    expect(await consumedVersions(name)).toEqual(await changedVersions())
  },
  90_000 * rounds,
)

async function killedAt(step: string, times: number): Promise<{ key: string; version: number }[]> {
  const env = {
    MAKER_URL: books.makerUrl,
    SERVICE: JSON.stringify(makerService),
    KEYS: keys.join(','),
    TYPE: NotedV1.type,
  }
  const producer = steppingProcess('producer-process.mjs', { step, times, env })
  processes.push(producer)
  const { by, said } = await producer.ended
  expect({ step, by }).toEqual({ step, by: 'SIGKILL' })
  // A session outlives its client until it sees that nobody is there.
  await expect
    .poll(async () => {
      const { rows } = await admin.query(
        `select pid from pg_stat_activity where application_name = 'producer process' and datname = $1`,
        [new URL(books.makerUrl).pathname.slice(1)],
      )
      return rows
    })
    .toEqual([])
  return said as { key: string; version: number }[]
}

async function stored(): Promise<number> {
  const { rows } = await books.maker.query<{ changes: number }>(
    'select sum(version - 1)::integer as changes from "order"',
  )
  return rows[0]?.changes ?? 0
}

/** The versions that each row has come to by a change. */
async function changedVersions(): Promise<Record<string, number[]>> {
  return byKey(
    await books.maker.query(
      'select "user" as key, v as version from "order" cross join generate_series(2, version) as v order by v',
    ),
  )
}

/** The versions that the log tells of, in its order. */
async function toldVersions(): Promise<Record<string, number[]>> {
  return byKey(
    await books.maker.query(
      `select key, (data->'note'->>'version')::integer as version from events order by seq`,
    ),
  )
}

async function consumedVersions(name: string): Promise<Record<string, number[]>> {
  return byKey(
    await books.db.query(
      `select key, (note->'note'->>'version')::integer as version from entries where by_whom = $1 order by seq`,
      [name],
    ),
  )
}

function byKey({ rows }: { rows: readonly object[] }): Record<string, number[]> {
  const versions: Record<string, number[]> = {}
  for (const { key, version } of rows as { key: string; version: number }[])
    (versions[key] ??= []).push(version)
  return versions
}
