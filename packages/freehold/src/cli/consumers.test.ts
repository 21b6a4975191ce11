import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { cliProject, type CliProject, type CliResult } from '../../test/cli-project.js'
import { eventColumns } from '../../test/fixtures/depot.js'
import { credentialStore } from '../credentials/store.js'

let project: CliProject
let app: pg.Client

/** It hears itself, so that one database is enough. */
beforeAll(async () => {
  project = await cliProject(inject('serverUrl'))
  const { service } = project
  await project.write(
    'freehold.config.ts',
    `export default {
  name: 'project',
  strategy: { kind: 'database-per-service' as const },
  services: [
    {
      name: '${service}', database: '${service}_db', schema: '${service}', migrations: 'migrations', references: {},
      owns: { events: { mutability: 'immutable' as const, kind: 'events' as const } },
    },
  ],
}
`,
  )
  await project.write('migrations/0001_events.sql', `create table events (${eventColumns});\n`)
  for (const args of [
    ['apply', '--yes'],
    ['migrate', 'up'],
  ])
    expect(await here(...args)).toMatchObject({ exitCode: 0 })
  const credentials = credentialStore(join(project.folder, '.freehold', 'credentials'))
  app = new pg.Client(await credentials.read(service, 'app'))
  await app.connect()
  await app.query(
    `insert into events (id, type, key, data)
     select gen_random_uuid(), 'made.v1', 'k', '{}' from generate_series(1, 50)`,
  )
  await app.query(`select from freehold.seal('events', 20)`)
})
afterAll(async () => {
  await app.end()
  await project.remove()
})

const here = (...args: string[]): Promise<CliResult> => project.freeholdHere({}, ...args)
const move = (...args: string[]): Promise<CliResult> =>
  here('consumers', 'move', project.service, 'totals', ...args)

/** As a consumer of two lanes that has come to these positions leaves it, under a lease of so many seconds. */
async function consumer(positions: readonly [number, number], leaseSeconds = 0): Promise<void> {
  const names = [project.service, 'totals', project.service]
  await app.query(
    `insert into freehold.consumer (service, consumer, source, lanes) values ($1, $2, $3, 2) on conflict do nothing`,
    names,
  )
  await app.query(
    `insert into freehold.consumer_lane (service, consumer, source, lane)
     select $1, $2, $3, n from generate_series(0, 1) n on conflict do nothing`,
    names,
  )
  await app.query(
    `update freehold.consumer_lane
     set position = ($4::bigint[])[lane + 1], segment = null, epoch = null, owner = gen_random_uuid(),
       lease_until = clock_timestamp() + $5 * interval '1 second'
     where service = $1 and consumer = $2 and source = $3`,
    [...names, positions, leaseSeconds],
  )
}

test('lists where consumers stand, and sets one to another place with who and why', async () => {
  const { service } = project
  expect((await here('consumers', 'list')).stdout).toBe('No consumer has ever run.\n')
  await consumer([12, 30])
  expect((await here('consumers', 'list', service)).stdout).toBe(
    `${service}.totals of ${service} at 12 of 50, 38 events behind\n  stopped, 2 lanes, nothing parked\n`,
  )
  const moved = await move('--to', '25', '--why', 'the rest is done by hand', '--who', 'ann')
  expect(moved).toMatchObject({
    exitCode: 0,
    stdout: `${service}.totals of ${service} stood at 12, and goes on with 26.\n`,
  })
  const { rows } = await app.query(
    `select l.position, s.number as segment, e.number as epoch, l.fence, l.owner
     from freehold.consumer_lane l
     join freehold.segment s on s.id::text = l.segment
     join freehold.epoch e on e.id::text = l.epoch`,
  )
  expect(rows).toEqual(Array(2).fill({ position: '25', segment: '2', epoch: 1, fence: '1', owner: null }))
  const { consumers } = JSON.parse((await here('consumers', 'list', '--json')).stdout) as {
    consumers: unknown[]
  }
  expect(consumers).toMatchObject([
    {
      service,
      consumer: 'totals',
      source: service,
      lanes: 2,
      position: 25,
      head: 50,
      lag: 25,
      isOfThisLife: true,
      held: 0,
      instances: 0,
      parked: 0,
      problem: null,
      lastMove: { position: 25, who: 'ann', why: 'the rest is done by hand' },
    },
  ])
  expect((await move('--to', 'start', '--why', 'again')).stdout).toContain('handled after 0 comes again')
  expect((await move('--to', 'end', '--why', 'enough')).stdout).toContain('goes on with 51')
  expect((await here('consumers', 'list')).stdout).toMatch(
    /at 50 of 50, up to date\n.*\n {2}moved to 50 by .*: enough/,
  )
})

test('says of a cursor that it is of another life', async () => {
  await consumer([50, 50])
  await app.query(`update freehold.consumer_lane set segment = gen_random_uuid()`)
  expect((await here('consumers', 'list')).stdout).toContain('its cursor is of another life of the log')
})

test('moves no consumer that a process holds', async () => {
  await consumer([10, 10], 60)
  expect(await move('--to', 'end', '--why', 'now')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/held by a process[^]*FREEHOLD_CONSUMER_IN_USE/) as string,
  })
  expect((await here('consumers', 'list')).stdout).toContain('2 of 2 lanes held')
  await consumer([10, 10])
})

test.each([
  [['totals', '--to', '51', '--why', 'x'], 'FREEHOLD_EVENT_UNKNOWN'],
  [['totals', '--to', '-1', '--why', 'x'], 'FREEHOLD_CLI_USAGE'],
  [['totals', '--to', 'there', '--why', 'x'], 'FREEHOLD_CLI_USAGE'],
  [['totals', '--to', 'end'], 'FREEHOLD_CONSUMER_REASON_MISSING'],
  [['totals', '--to', 'end', '--why', 'x', '--who', ' '], 'FREEHOLD_CONSUMER_REASON_MISSING'],
  [['totals', '--to', 'end', '--why', 'x', '--source', 'other'], 'FREEHOLD_CONSUMER_UNKNOWN'],
  [['none', '--to', 'end', '--why', 'x'], 'FREEHOLD_CONSUMER_UNKNOWN'],
] as const)('says what is wrong with %j', async (args, code) => {
  const { exitCode, stderr } = await here('consumers', 'move', project.service, ...args)
  expect(exitCode).toBe(1)
  expect(stderr).toContain(code)
})

test('lists consumers also while a publisher cannot be reached, and says so', async () => {
  const { service } = project
  await project.query(`update freehold.consumer set source = 'gone'`)
  const { stdout, exitCode } = await here('consumers', 'list')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(new RegExp(`^${service}\\.totals of gone at 0\\n.*\\n.*gone`))
})
