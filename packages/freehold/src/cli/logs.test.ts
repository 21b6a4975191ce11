import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { cliProject, type CliProject, type CliResult } from '../../test/cli-project.js'
import { canPartition, eventColumns } from '../../test/fixtures/depot.js'
import { credentialStore } from '../credentials/store.js'

const folder = 'old events'

describe.skipIf(!canPartition)('freehold logs, of a log with partitions', () => {
  let project: CliProject
  const freehold = (...args: string[]): Promise<CliResult> => project.freehold('logs', ...args)
  const archive = (before: string, backedUpTo: string, ...more: string[]): Promise<CliResult> => {
    const flags = ['--before', before, '--to', folder, '--backed-up-to', backedUpTo, '--who', 'ann']
    return freehold('archive', project.service, 'events', ...flags, ...more)
  }

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
      owns: { events: { mutability: 'immutable' as const, kind: 'events' as const, partition: { rows: 100 } } },
    },
  ],
}
`,
    )
    await project.write(
      'migrations/0001_events.sql',
      `create table events (${eventColumns}) partition by range (seq);\n`,
    )
    for (const args of [
      ['apply', '--yes'],
      ['migrate', 'up'],
    ])
      expect(await project.freeholdHere({}, ...args)).toMatchObject({ exitCode: 0 })
    await appendAndSeal(250)
  })
  afterAll(() => project.remove())

  async function appendAndSeal(count: number): Promise<void> {
    const credentials = credentialStore(join(project.folder, '.freehold', 'credentials'))
    const app = new pg.Client(await credentials.read(project.service, 'app'))
    await app.connect()
    await app.query(
      `insert into events (id, type, key, data)
       select gen_random_uuid(), 'made.v1', 'k' || n % 7, '{}' from generate_series(1, $1) n`,
      [count],
    )
    await app.query(`select from freehold.seal('events', 30)`)
    await app.end()
  }

  test('lists partitions, archives those that backups have and no other, and verifies', async () => {
    const { service } = project
    const list = await freehold('list', service)
    expect(list.stdout).toMatch(/events_from_1: 100 rows, 100 sealed, .* up to position 100 read by all/)
    expect(list.stdout).toMatch(/events_from_201: 50 rows, 50 sealed, .* being written/)

    const half = await archive('201', '150')
    expect(half.exitCode).toBe(1)
    expect(half.stderr).toMatch(
      /events_from_1: done[^]*events_from_101 .* stays: backups have the log up to position 150/,
    )
    expect(half.stderr).toContain('FREEHOLD_ARCHIVE_REFUSED')
    expect(half.stdout).toMatch(/^events_from_1: 100 rows in .*gz\n$/)
    await appendAndSeal(60)
    const more = await archive('301', '250', '--json')
    expect(more.exitCode).toBe(1)
    expect(JSON.parse(more.stdout)).toMatchObject({
      error: {
        code: 'FREEHOLD_ARCHIVE_REFUSED',
        details: { archived: [{ partition: 'events_from_101', rows: 100, lastPosition: 200 }] },
      },
    })
    expect(await archive('301', '310')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^events_from_201: 100 rows in /),
    })
    const file = join(folder, `${service}.events.1-100.jsonl.gz`)
    expect(await freehold('verify', file)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`100 rows of ${service}.events`),
    })
    const after = await freehold('list', service)
    expect(after.stdout).toContain('seqs 1 to 100: 100 rows archived in')
    expect(after.stdout).not.toContain('events_from_1:')
    expect(await project.query(`select count(*)::integer as count from ${service}.events`)).toEqual([
      { count: 10 },
    ])
    expect(await project.freeholdHere({}, 'events', 'list', service, '--after', '3')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('FREEHOLD_EVENTS_ARCHIVED'),
    })
  })
})
