import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { credentialStore } from '../credentials/store.js'
import { cliProject, type CliProject, type CliResult } from '../../test/cli-project.js'

let project: CliProject
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

const createEvents = `create table events (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  id uuid not null,
  type text not null,
  key text not null,
  data jsonb not null,
  correlation_id text,
  causation_id text,
  traceparent text
);
`

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
  await project.write('migrations/0001_events.sql', createEvents)
  for (const args of [
    ['apply', '--yes'],
    ['migrate', 'up'],
  ])
    expect(await here(...args)).toMatchObject({ exitCode: 0 })
  await append(1, 6)
})
afterAll(() => project.remove())

const here = (...args: string[]): Promise<CliResult> => project.freeholdHere({}, ...args)
const json = async (...args: string[]): Promise<unknown> =>
  JSON.parse((await here('events', ...args, '--json')).stdout)

/** Appends events with these numbers, of two types and about three keys, and seals them two in a segment. */
const append = async (from: number, to: number): Promise<void> => {
  const url = await credentialStore(join(project.folder, '.freehold', 'credentials')).read(
    project.service,
    'app',
  )
  const app = new pg.Client(url)
  await app.connect()
  await app.query(
    `insert into events (id, type, key, data)
     select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid,
       case when n % 2 = 1 then 'odd.v1' else 'even.v1' end, 'key-' || n % 3, jsonb_build_object('n', n)
     from generate_series($1::int, $2) as n`,
    [from, to],
  )
  await app.query("select row_count from freehold.seal('events', 2)")
  await app.end()
}
const positions = (listed: unknown): number[] =>
  (listed as { events: { position: number }[] }).events.map(({ position }) => position)

test('lists the last events, those after a position, of a type, about a key', async () => {
  const { service } = project
  expect(positions(await json('list', service, '--limit', '3'))).toEqual([4, 5, 6])
  expect(positions(await json('list', service, '--after', '2', '--limit', '3'))).toEqual([3, 4, 5])
  expect(positions(await json('list', service, '--type', 'odd.v1'))).toEqual([1, 3, 5])
  expect(positions(await json('list', service, '--type', 'odd.v1', '--after', '1', '--limit', '1'))).toEqual([
    3,
  ])
  expect(positions(await json('list', service, '--key', 'key-0'))).toEqual([3, 6])
  expect(positions(await json('list', service, '--after', '6'))).toEqual([])
  const { stdout } = await here('events', 'list', service, '--limit', '1')
  expect(stdout).toMatch(/^ +6 \S+Z even\.v1 key-0 \{"n":6\}\n$/)
  expect(await here('events', 'list', service, '--type', 'none')).toMatchObject({
    stdout: 'No events.\n',
    stderr: expect.stringContaining('does not publish none') as string,
  })
})

test('shows an event by its position and by its id', async () => {
  const { service } = project
  const byPosition = await json('show', service, '5')
  expect(byPosition).toMatchObject({ position: 5, type: 'odd.v1', key: 'key-2', data: { n: 5 } })
  expect(await json('show', service, '00000000-0000-7000-8000-000000000005')).toEqual(byPosition)
  expect((await here('events', 'show', service, '5')).stdout).toContain('"n": 5')
})

test('counts events by type, also those that are not sealed', async () => {
  const { service } = project
  expect(await json('count', service)).toMatchObject({
    types: [
      { type: 'even.v1', count: 3 },
      { type: 'odd.v1', count: 3 },
    ],
    total: 6,
    head: 6,
  })
  expect((await here('events', 'count', service)).stdout).toContain('6 in all, all sealed\n')
})

test.each([
  [['show', '99'], 'FREEHOLD_EVENT_UNKNOWN'],
  [['show', 'nonsense'], 'FREEHOLD_CLI_USAGE'],
  [['show', '-1'], 'FREEHOLD_CLI_USAGE'],
  [['list', '--limit', '0'], 'FREEHOLD_CLI_USAGE'],
  [['list', '--after', '-1'], 'FREEHOLD_CLI_USAGE'],
  [['list', '--after', '1.5'], 'FREEHOLD_CLI_USAGE'],
] as const)('says what is wrong with %j', async ([verb, ...rest], code) => {
  const { exitCode, stderr } = await here('events', verb, project.service, ...rest)
  expect(exitCode).toBe(1)
  expect(stderr).toContain(code)
})

test('does not know a service that the manifest does not name', async () => {
  expect((await here('events', 'list', 'nobody')).stderr).toContain('FREEHOLD_MANIFEST_UNKNOWN_SERVICE')
})

test('tails: prints what is sealed from now on, until it is told to stop', async () => {
  const args = [main, 'events', 'tail', project.service, '--after', '5', '--type', 'even.v1', '--json']
  const child = spawn(process.execPath, args, { cwd: project.folder, stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const next = async (): Promise<unknown> => JSON.parse(String((await lines.next()).value))
  expect(await next()).toMatchObject({ position: 6 })
  await append(7, 10)
  expect(await next()).toMatchObject({ position: 8, data: { n: 8 } })
  expect(await next()).toMatchObject({ position: 10 })
  child.kill('SIGINT')
  await once(child, 'close')
})

test('logs list says of a plain table that it has no partitions, and logs archive takes nothing of it', async () => {
  const list = await project.freehold('logs', 'list', project.service)
  expect(list).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('none: it is a plain table') })
  const flags = ['--to', 'archive', '--backed-up-to', '1000']
  const archive = (before: string): Promise<CliResult> =>
    project.freehold('logs', 'archive', project.service, 'events', '--before', before, ...flags)
  expect(await archive('1000')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('it is a plain table'),
  })
  expect(await archive('soon')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('--before takes'),
  })
})
