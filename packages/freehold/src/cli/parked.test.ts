import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { credentialStore } from '../credentials/store.js'
import { cliProject, type CliProject, type CliResult } from '../../test/cli-project.js'

let project: CliProject
let app: pg.Client

beforeAll(async () => {
  project = await cliProject(inject('serverUrl'))
  expect(await here('apply', '--yes')).toMatchObject({ exitCode: 0 })
  const url = await credentialStore(join(project.folder, '.freehold', 'credentials')).read(
    project.service,
    'app',
  )
  app = new pg.Client(url)
  await app.connect()
})
afterAll(async () => {
  await app.end()
  await project.remove()
})

const here = (...args: string[]): Promise<CliResult> => project.freeholdHere({}, ...args)
const run = (verb: string, ...rest: string[]): Promise<CliResult> =>
  here('parked', verb, project.service, ...rest)
const shown = async (key: string): Promise<unknown> =>
  (JSON.parse((await run('show', key, '--json')).stdout) as { events: unknown }).events

/** Parks events of a key as a consumer does: the first could not be handled, the others are behind it. */
const park = async (
  key: string,
  positions: readonly number[],
  consumer = 'totals',
  reason = 'pieces must not be negative',
): Promise<void> => {
  const names = [project.service, consumer, 'shop']
  await app.query(
    `insert into freehold.consumer (service, consumer, source, lanes) values ($1, $2, $3, 1) on conflict do nothing`,
    names,
  )
  await app.query(
    `insert into freehold.consumer_lane (service, consumer, source, lane) values ($1, $2, $3, 0) on conflict do nothing`,
    names,
  )
  for (const [place, position] of positions.entries()) {
    const event = { position, id: `id-${position}`, type: 'shop.sold.v1', subject: key, data: { pieces: -1 } }
    const [error, attempts] = place === 0 ? [reason, 5] : [null, 0]
    await app.query(
      `insert into freehold.parked_event (service, consumer, source, lane, key, position, event, error, attempts)
       values ($1, $2, $3, 0, $4, $5, $6, $7, $8)`,
      [...names, key, position, JSON.stringify(event), error, attempts],
    )
  }
}

test('what waits is listed, shown, mended and tried again, with who and why', async () => {
  expect((await run('list')).stdout).toBe('Nothing is parked.\n')
  await park('order-1', [4, 9])
  const { stdout } = await run('list')
  expect(stdout).toContain('order-1 shop.sold.v1 at 4 of shop, for totals: 2 events, tried 5 times')
  expect(stdout).toContain('pieces must not be negative')

  const edit = ['order-1', '4', '--data', '{"pieces":1}', '--why', 'a typo']
  expect(await run('edit', ...edit, '--who', 'ann')).toMatchObject({ exitCode: 0 })
  expect(await run('retry', 'order-1', '--who', 'ann')).toMatchObject({ exitCode: 0 })
  expect(await shown('order-1')).toMatchObject([
    {
      state: 'retry',
      event: { position: 4, data: { pieces: 1 } },
      actions: [
        { action: 'edit', who: 'ann', why: 'a typo', before: { pieces: -1 } },
        { action: 'retry', who: 'ann', why: null },
      ],
    },
    { state: 'retry', event: { position: 9 }, error: null, actions: [] },
  ])
  expect((await run('list')).stdout).toContain('is tried again')
  const { rows } = await app.query<{ parked_changes: string }>(
    'select parked_changes from freehold.consumer_lane where service = $1',
    [project.service],
  )
  expect(rows).toEqual([{ parked_changes: '2' }])
})

test('one event is given up, or all of a key; both stay to be seen', async () => {
  await park('order-2', [11, 12, 13])
  const why = ['--why', 'sold elsewhere']
  expect((await run('discard', 'order-2', '--position', '12', ...why)).stdout).toBe(
    '1 event of order-2 given up.\n',
  )
  expect((await run('discard', 'order-2', ...why)).stdout).toBe('2 events of order-2 given up.\n')
  const { stdout } = await run('show', 'order-2')
  expect(stdout.match(/discarded/g)).toHaveLength(3)
  expect(stdout).toMatch(/discard by \S+ .*: sold elsewhere/)
  expect((await run('discard', 'order-2', ...why)).stderr).toContain('FREEHOLD_PARKED_UNKNOWN')
})

test('an error of several lines is indented as a whole', async () => {
  await park('order-5', [41], 'totals', 'no pieces\nbut two')
  expect((await run('list')).stdout).toMatch(/\n {2}no pieces\n {2}but two \d{4}-/)
  expect((await run('show', 'order-5')).stdout).toMatch(/\n {2}no pieces\n {2}but two tried 5 times/)
})

test('a key that several consumers have parked must be told apart', async () => {
  await park('order-3', [21])
  await park('order-3', [21], 'mails')
  expect((await run('retry', 'order-3')).stderr).toContain('--consumer mails --source shop')
  expect(await run('retry', 'order-3', '--consumer', 'mails')).toMatchObject({ exitCode: 0 })
})

test.each([
  [['show', 'order-9'], 'FREEHOLD_PARKED_UNKNOWN'],
  [['retry', 'order-9'], 'FREEHOLD_PARKED_UNKNOWN'],
  [['edit', 'order-4', '31', '--data', '{}'], 'FREEHOLD_PARKED_REASON_MISSING'],
  [['edit', 'order-4', '31', '--data', '{', '--why', 'x'], 'FREEHOLD_CLI_USAGE'],
  [['edit', 'order-4', '31', '--data', '@missing.json', '--why', 'x'], 'FREEHOLD_CLI_USAGE'],
  [['edit', 'order-4', 'first', '--data', '{}', '--why', 'x'], 'FREEHOLD_CLI_USAGE'],
  [['edit', 'order-4', '32', '--data', '{}', '--why', 'x'], 'FREEHOLD_PARKED_UNKNOWN'],
  [['discard', 'order-4', '--why', ' '], 'FREEHOLD_PARKED_REASON_MISSING'],
] as const)('says what is wrong with %j', async ([verb, ...rest], code) => {
  if ((await shown('order-4').catch(() => undefined)) === undefined) await park('order-4', [31])
  const { exitCode, stderr } = await run(verb, ...rest)
  expect(exitCode).toBe(1)
  expect(stderr).toContain(code)
})
