import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openNeighbours, type Neighbour, type Neighbours, type Process } from './neighbours.js'

let neighbours: Neighbours
beforeAll(async () => {
  neighbours = await openNeighbours()
})
afterAll(() => neighbours.close())

const logs = ['audit_log', 'events', 'witnesses']
const everyMs = 10

async function rowsOf({ db }: Neighbour): Promise<number> {
  const counts = logs.map((log) => `(select count(*) from ${log})`)
  const { rows } = await db.query<{ rows: number }>(`select ${counts.join(' + ')} as rows`)
  return Number(rows[0]?.rows)
}

async function allRows(): Promise<number> {
  return (await rowsOf(neighbours.north)) + (await rowsOf(neighbours.south))
}

/** The last position of a log with something that does not follow from telling checkpoints. */
async function lastOwn(of: Neighbour, log: string, echo: string): Promise<number> {
  const { rows } = await of.db.query<{ position: number }>(
    `select coalesce(max(s.first_position + (select count(*) from ${log} b where s.seqs @> b.seq and b.seq < l.seq)), 0) as position
     from ${log} l join freehold.segment s on s.log = $1 and s.seqs @> l.seq where not (${echo})`,
    [log],
  )
  return Number(rows[0]?.position)
}

async function confirmed(by: Neighbour, source: Neighbour, log: string): Promise<number> {
  const { rows } = await by.db.query<{ position: number }>(
    'select coalesce(max(position), 0) as position from witnesses where source = $1 and log = $2',
    [source.service.name, log],
  )
  return Number(rows[0]?.position)
}

/** When nothing was written for many rounds of telling. */
async function atRest(): Promise<void> {
  for (let before = -1, quiet = 0, tries = 0; quiet < 20; tries += 1) {
    expect(tries, 'it does not come to rest').toBeLessThan(200)
    await sleep(5 * everyMs)
    const now = await allRows()
    quiet = now === before ? quiet + 1 : 0
    before = now
  }
}

const act = fc.record({
  who: fc.constantFrom('north' as const, 'south' as const),
  log: fc.constantFrom('audit_log' as const, 'events' as const),
  pauseMs: fc.constantFrom(0, 0, 5, 40),
})

it('comes to rest, whatever was done and however many processes tell it, and then the other knows all of it', async () => {
  const run = async (
    acts: { who: 'north' | 'south'; log: 'audit_log' | 'events'; pauseMs: number }[],
    counts: { north: number; south: number },
  ): Promise<void> => {
    const { north, south } = neighbours
    const processes: Process[] = []
    for (const who of ['north', 'south'] as const)
      for (let i = 0; i < counts[who]; i += 1) processes.push(neighbours[who].start({ everyMs }))
    for (const { who, log, pauseMs } of acts) {
      await neighbours[who].act(log)
      await sleep(pauseMs)
    }
    await atRest()
    for (const [source, by] of [
      [north, south],
      [south, north],
    ] as const) {
      const type = `l.type = '${source.service.name}.checkpoint-signed.v1'`
      for (const [log, echo] of [
        ['audit_log', 'false'],
        ['events', type],
        ['witnesses', "l.kind = 'witness'"],
      ] as const)
        expect(await confirmed(by, source, log)).toBeGreaterThanOrEqual(await lastOwn(source, log, echo))
    }
    const before = await allRows()
    await Promise.all(processes.map((process) => process.stop()))
    expect(processes.flatMap(({ errors }) => errors)).toEqual([])
    expect(await allRows()).toBe(before)
  }
  await fc.assert(
    fc.asyncProperty(
      fc.array(act, { minLength: 1, maxLength: 12 }),
      fc.record({ north: fc.integer({ min: 1, max: 2 }), south: fc.integer({ min: 1, max: 2 }) }),
      run,
    ),
    { numRuns: 6, endOnFailure: true },
  )
})
