import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { cliProject, type CliProject } from '../../test/cli-project.js'
import type { DryRun } from './dry-run.js'

let project: CliProject
beforeAll(async () => {
  project = await cliProject(inject('serverUrl'))
  await project.write(
    'migrations/0001_things.sql',
    `create table things (id int primary key, note text, version int not null default 1,
  created_at timestamptz not null default now(), updated_at timestamptz not null default now());
create table audit_log (seq bigint generated always as identity primary key, xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(), note text);
insert into things (id) select generate_series(1, 500);`,
  )
  for (const command of [
    ['apply', '--yes'],
    ['migrate', 'up'],
  ]) {
    const { exitCode, stderr } = await project.freeholdHere({}, ...command)
    expect(exitCode, stderr).toBe(0)
  }
  await project.query(`analyze ${project.service}.things`)
})
afterAll(() => project.remove())

test('a dry run prints the locks and rewrites that were seen, and leaves the live database alone', async () => {
  await project.write(
    'migrations/0002_more.sql',
    `alter table things add column size int;
alter table things alter column note type varchar(40);
create index concurrently things_by_size on things (size);
create table others (id int);
-- freehold: backfill things by id in batches of 10
update things set size = 0, version = version + 1 where id between $1 and $2;`,
  )
  const { exitCode, stdout } = await project.freeholdHere({}, 'migrate', 'up', '--dry-run', '--json')
  expect(exitCode, stdout).toBe(0)
  const [run] = (JSON.parse(stdout) as { services: DryRun[] }).services
  expect(run?.liveRows['things']).toBe(500)
  expect(run?.migrations).toMatchObject([{ number: 2, transactional: false }])
  const [add, retype, index, create, fill] = run?.migrations[0]?.statements ?? []
  expect(add?.locks).toContainEqual({ relation: 'things', mode: 'AccessExclusiveLock' })
  expect(add?.rewritten).toEqual([])
  expect(retype?.rewritten.toSorted()).toEqual(['things', 'things_pkey'])
  expect(index?.made).toEqual(['things_by_size'])
  expect(index?.locks).toContainEqual({ relation: 'things', mode: 'ShareUpdateExclusiveLock' })
  expect(create).toMatchObject({ locks: [], made: ['others'] })
  expect(fill?.locks).toContainEqual({ relation: 'things', mode: 'RowExclusiveLock' })
  const status = await project.freeholdHere({}, 'migrate', 'status', '--json')
  expect(JSON.parse(status.stdout)).toMatchObject({
    services: [{ applied: [{ number: 1 }], pending: [{ number: 2 }] }],
  })
})

test('what was applied is laid on the manifest that was there then, and what is pending on that of the tree', async () => {
  await rm(join(project.folder, 'migrations/0002_more.sql'))
  await project.write(
    'migrations/0002_notes.sql',
    `create table note_log (seq bigint generated always as identity primary key, xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(), note text);`,
  )
  await project.write('migrations/0003_size.sql', 'alter table note_log add column size int;')
  expect(await project.freeholdHere({}, 'migrate', 'up')).toMatchObject({ exitCode: 0 })
  const config = await readFile(join(project.folder, 'freehold.config.ts'), 'utf8')
  const log = "note_log: { mutability: 'immutable' as const, kind: 'audit' as const },"
  await project.write('freehold.config.ts', config.replace('audit_log:', `${log} audit_log:`))
  await project.write('migrations/0004_more.sql', 'alter table things add column color text;')
  const dryRun = () => project.freeholdHere({}, 'migrate', 'up', '--dry-run', '--json')
  const { exitCode, stdout } = await dryRun()
  expect(exitCode, stdout).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ services: [{ migrations: [{ number: 4 }] }] })
  await project.write('migrations/0004_more.sql', 'alter table note_log add column color text;')
  expect(JSON.parse((await dryRun()).stdout)).toMatchObject({
    error: { message: expect.stringMatching(/note_log is a log: ALTER TABLE is refused/) as unknown },
  })
})
