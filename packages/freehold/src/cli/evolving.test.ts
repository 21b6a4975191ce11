import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { auditLogTable, cliProject, type CliProject } from '../../test/cli-project.js'

let project: CliProject
const run = (...args: string[]) => project.freeholdHere({}, 'migrate', ...args)
const create = (...args: string[]) => run('new', project.service, ...args)

beforeAll(async () => {
  project = await cliProject(inject('serverUrl'))
  await project.write(
    'migrations/0001_things.sql',
    `create table things (
       id uuid primary key default gen_random_uuid(),
       color text not null,
       size text not null,
       name text not null default 'it',
       version integer not null default 1,
       updated_at timestamptz not null default now()
     );
     ${auditLogTable}
     insert into things (color, size) values ('red', 'big');`,
  )
  expect(await project.freeholdHere({}, 'apply', '--yes')).toMatchObject({ exitCode: 0 })
  expect(await run('up')).toMatchObject({ exitCode: 0 })
})
afterAll(() => project.remove())

test('a change needs a version before and after, one change, and a time', async () => {
  const drop = ['gone', '--drop-column', 'things.color']
  const problems = await Promise.all([
    create(...drop),
    create(...drop, '--current', '1.1.0', '--next', '1.0.0'),
    create(...drop, '--current', '1.0.0', '--next', '1.1.0', '--after', 'soon'),
    create(...drop, '--drop-table', 'things'),
    create('gone', '--back', 'color'),
    create('gone', '--rename-column', 'things.color'),
    create('gone', '--split', 'things.color=a,b', '--using', 'a=color', '--back', 'a'),
  ])
  expect(problems.map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 1, 1, 1, 1])
  const said = problems.map(({ stderr }) => stderr).join('\n')
  expect(said).toMatch(/has no version of the service/)
  expect(said).toMatch(/1\.0\.0 does not come after 1\.1\.0/)
  expect(said).toMatch(/--after takes a time/)
  expect(said).toMatch(/A path has one change/)
  expect(said).toMatch(/--back belongs to a change/)
  expect(said).toMatch(/has not the form of --rename-column/)
  expect(said).toMatch(/--split needs --using 'b=<expression over color>'/)
  expect(await readdir(join(project.folder, 'migrations'))).toEqual(['0001_things.sql'])
})

test('a path is written, goes up to its contract, and waits there until a reason is given', async () => {
  await project.write('package.json', '{ "version": "1.0.3" }')
  const written = await create('drop_color', '--drop-column', 'things.color', '--after', '2 weeks')
  expect(written).toMatchObject({ exitCode: 0, stderr: '' })
  expect(written.stdout).toContain('0002_drop_color_expand.sql')
  expect(written.stdout).toMatch(/- Have 1\.1\.0 name the columns/)
  const text = await readFile(join(project.folder, 'migrations/0003_drop_color_contract.sql'), 'utf8')
  expect(text.split('\n').slice(0, 4)).toEqual([
    '-- drop color: contract',
    '-- freehold: phase contract of drop_color',
    '-- freehold: compatible with >=1.1.0',
    '-- freehold: contract things.color after 2 weeks',
  ])
  const refused = await run('up', '--json')
  expect(refused.exitCode).toBe(0)
  expect(JSON.parse(refused.stdout)).toMatchObject({
    services: [{ applied: [{ number: 2 }], waiting: { waits: [{ kind: 'unobserved', since: null }] } }],
  })
  const status = await run('status')
  expect(status.exitCode).toBe(2)
  expect(status.stdout).toMatch(/✓ 0002_drop_color_expand\.sql/)
  expect(status.stdout).toMatch(/waits until nothing has used things\.color for 2 weeks/)
  expect(status.stdout).toMatch(/nothing was observed of the service/)
  expect(await run('up', '--contract-now', ' ')).toMatchObject({ exitCode: 1 })
  expect(await run('up', '--contract-now', 'it never went live')).toMatchObject({ exitCode: 0 })
  expect(
    await project.query('select contracted_because from freehold.migration_directives order by number'),
  ).toEqual([{ contracted_because: null }, { contracted_because: 'it never went live' }])
})

test('the runner takes the other steps of a path, backfill and all', async () => {
  const written = await create('rename_name', '--rename-column', 'things.name=label', '--json')
  expect((JSON.parse(written.stdout) as { files: string[] }).files).toHaveLength(4)
  const refused = await run('up', '--json')
  expect(JSON.parse(refused.stdout)).toMatchObject({
    services: [{ total: 6, waiting: { number: 7, contracts: 'things.name' } }],
  })
  await project.write('migrations/0008_more.sql', 'comment on table things is null')
  expect(JSON.parse((await run('up', '--json')).stdout)).toMatchObject({
    error: { code: 'FREEHOLD_CONTRACT_WAITS', details: { number: 7, heldBack: ['0008_more.sql'] } },
  })
  await rm(join(project.folder, 'migrations/0008_more.sql'))
  const held = await create('comment_on_it')
  expect(held.stdout).toMatch(/0007_rename_name_contract\.sql is a contract step: while it waits/)
  await rm(join(project.folder, 'migrations/0008_comment_on_it.sql'))
  const before = await create('comment_on_it', '--before-contracts', '--json')
  expect(JSON.parse(before.stdout)).toMatchObject({
    file: expect.stringMatching(/0007_comment_on_it\.sql$/) as unknown,
    moved: [{ from: '0007_rename_name_contract.sql', to: '0008_rename_name_contract.sql' }],
  })
  await project.write('migrations/0007_comment_on_it.sql', 'comment on table things is null')
  const drop = await create('drop_size', '--drop-column', 'things.size', '--before-contracts', '--json')
  expect(JSON.parse(drop.stdout), drop.stderr).toMatchObject({
    files: [
      expect.stringMatching(/0008_drop_size_expand\.sql$/),
      expect.stringMatching(/0010_drop_size_contract\.sql$/),
    ],
    moved: [{ from: '0008_rename_name_contract.sql', to: '0009_rename_name_contract.sql' }],
  })
  expect(JSON.parse((await run('up', '--json')).stdout)).toMatchObject({
    services: [{ applied: [{ number: 7 }, { number: 8 }], waiting: { number: 9, contracts: 'things.name' } }],
  })
  const table = `${project.service}.things`
  expect(await project.query(`select name, label, version from ${table}`)).toEqual([
    { name: 'it', label: 'it', version: 2 },
  ])
  await project.query(
    `insert into ${table} (label) values ('new'); insert into ${table} (name) values ('old')`,
  )
  expect(await project.query(`select name, label from ${table} order by name`)).toEqual([
    { name: 'it', label: 'it' },
    { name: 'new', label: 'new' },
    { name: 'old', label: 'old' },
  ])
  expect(await run('up', '--contract-now', 'a test')).toMatchObject({ exitCode: 0 })
  await project.query(`insert into ${table} default values`)
  expect(
    await project.query(
      `select label, count(*)::integer as rows from ${table} group by label order by label`,
    ),
  ).toEqual([
    { label: 'it', rows: 2 },
    { label: 'new', rows: 1 },
    { label: 'old', rows: 1 },
  ])
})

test('a line that is not understood stops a run before it begins', async () => {
  await project.write(
    'migrations/0011_more.sql',
    '-- freehold: contract things.id after some time\nselect 1;',
  )
  const { exitCode, stderr } = await run('up')
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/0011_more\.sql:1:39: "some time" is no time/)
})
