import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { archiveLog, verifyArchive, type ArchiveOptions } from 'freehold'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { canPartition, openDepot, type Depot } from './fixtures/depot.js'

/** More than are fetched, and sealed in a segment, at a time. */
const partitionRows = 1_100
/**
 * In their order. `lines`: a part of the rows is read; `renamed`: the file has its name, which is not flushed; at
 * `commit` the commit of the record is sent and not answered.
 */
const steps = [
  ...[
    'write',
    'lines',
    'verify',
    'name',
    'renamed',
    'take out',
    'lock',
    'detach',
    'record',
    'recorded',
    'commit',
  ],
  'done',
]
/** Those at which nothing is recorded, and those after it is; at `commit` it may be either. */
const isBefore = (step: string): boolean => steps.indexOf(step) < steps.indexOf('commit')
const program = fileURLToPath(new URL('archive-process.mjs', import.meta.url))
const rounds = Number(process.env['FREEHOLD_KILL_ROUNDS'] ?? 1)

describe.skipIf(!canPartition)('archiving that is killed', () => {
  let depot: Depot
  let folder: string

  beforeAll(async () => {
    depot = await openDepot(inject('serverUrl'), partitionRows)
    folder = await mkdtemp(join(tmpdir(), 'freehold-archive-'))
    await depot.atReader(
      `insert into freehold.consumer (service, consumer, source, lanes) values ('${depot.reader}', 'all', '${depot.depot}', 1)`,
    )
    await depot.atReader(
      `insert into freehold.consumer_lane (service, consumer, source, lane, position)
       values ('${depot.reader}', 'all', '${depot.depot}', 0, 1000000000)`,
    )
  })
  afterAll(async () => {
    await depot.remove()
    await rm(folder, { recursive: true, force: true })
  })

  const optionsUpTo = (partition: number): ArchiveOptions => ({
    service: depot.depot,
    log: 'events',
    before: partition * partitionRows + 1,
    to: folder,
    backedUpTo: 1_000_000_000,
    who: 'ann',
  })

  it(
    'has every row in the log or in a recorded archive, never in both, and is completed by archiving again',
    async () => {
      const outcomes: Record<string, string> = {}
      let partition = 0
      for (let round = 0; round < rounds; round += 1) {
        for (const step of steps) {
          partition += 1
          await depot.append(partitionRows)
          await depot.as('app', `select from freehold.seal('events')`)
          expect({ step, by: await killedAt(step, optionsUpTo(partition)) }).toEqual({ step, by: 'SIGKILL' })
          await sessionsGone()
          const { rows, recorded } = await placesOf(partition)
          expect({ step, isOnce: [rows, recorded] }).toEqual({
            step,
            isOnce: recorded === 0 ? [partitionRows, 0] : [0, partitionRows],
          })
          if (step !== 'commit')
            expect({ step, isOut: recorded > 0 }).toEqual({ step, isOut: !isBefore(step) })
          outcomes[step] = `${outcomes[step] ?? ''}${recorded > 0 ? 'archive ' : 'log '}`

          expect(await archiveLog(depot.context, optionsUpTo(partition))).toHaveLength(recorded === 0 ? 1 : 0)
          expect(await placesOf(partition)).toEqual({ rows: 0, recorded: partitionRows })
          expect(await readdir(folder)).toHaveLength(partition)
        }
      }
      console.info('archiving: where the rows were after the kill', outcomes)

      for (const file of await readdir(folder))
        expect(await verifyArchive(depot.context, join(folder, file))).toMatchObject({ rows: partitionRows })
      const [segments] = await depot.as(
        'administrator',
        `select sum(row_count)::integer as rows, max(first_position + row_count - 1)::integer as head
       from freehold.segment where service = '${depot.depot}'`,
      )
      expect(segments).toEqual({ rows: partition * partitionRows, head: partition * partitionRows })
      expect(await depot.plan()).toEqual([])
    },
    180_000 * rounds,
  )

  async function killedAt(step: string, options: ArchiveOptions): Promise<unknown> {
    const child = fork(program, {
      execArgv: [],
      env: {
        PATH: process.env['PATH'],
        STEP: step,
        URL: inject('serverUrl'),
        SYSTEM: JSON.stringify(depot.system),
        OPTIONS: JSON.stringify(options),
      },
    })
    const [, by] = (await once(child, 'exit')) as [unknown, unknown]
    return by
  }

  /** A session outlives its client until it sees that nobody is there. */
  async function sessionsGone(): Promise<void> {
    await expect
      .poll(() =>
        depot.as(
          'administrator',
          `select pid from pg_stat_activity where application_name = 'freehold' and datname = current_database()`,
        ),
      )
      .toEqual([])
  }

  /** How many rows of a partition are in the log, and how many are recorded as archived. */
  async function placesOf(partition: number): Promise<{ rows: number; recorded: number }> {
    const [last, first] = [partition * partitionRows, (partition - 1) * partitionRows + 1]
    const [places] = await depot.as<{ rows: number; recorded: number }>(
      'administrator',
      `select
         (select count(*)::integer from ${depot.depot}.events where seq between $1 and $2) as rows,
         (select coalesce(sum(row_count), 0)::integer from freehold.archive
          where service = '${depot.depot}' and from_seq between $1 and $2) as recorded`,
      [first, last],
    )
    return places ?? { rows: -1, recorded: -1 }
  }
})
