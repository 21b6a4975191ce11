import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { auditLogTable, cliProject, type CliProject } from '../../test/cli-project.js'

let project: CliProject
const run = (...args: string[]) => project.freeholdHere({}, 'migrate', ...args)
const create = (...args: string[]) => run('new', project.service, ...args)
const files = () => readdir(join(project.folder, 'migrations'))
const clear = async (from: number) => {
  for (const name of await files()) {
    if (Number(name.slice(0, 4)) >= from) await rm(join(project.folder, 'migrations', name))
  }
}

const contract = (what: string) =>
  `-- freehold: contract ${what} after 1 week\nalter table things drop column ${what.split('.')[1]};`

beforeAll(async () => {
  project = await cliProject(inject('serverUrl'))
  await project.write(
    'migrations/0001_things.sql',
    `create table things (
       id uuid primary key default gen_random_uuid(), color text, size text,
       version integer not null default 1, updated_at timestamptz not null default now()
     );
     ${auditLogTable}
     insert into things (color) values ('red');`,
  )
  await project.write('migrations/0002_color.sql', contract('things.color'))
})
afterAll(() => project.remove())

describe('without a database to ask', () => {
  beforeEach(async () => {
    await clear(2)
    await project.write('migrations/0002_color.sql', contract('things.color'))
  })

  test('a new migration says that nobody was asked for its number', async () => {
    const { stdout, exitCode } = await create('more')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/0003_more\.sql\n/)
    expect(stdout).toMatch(
      /Not known: which numbers are taken in the database of .*_migrator has no credentials here/,
    )
  })

  test('contract steps move, and it is said that nobody was asked whether they are applied', async () => {
    const { stdout } = await create('more', '--before-contracts')
    expect(await files()).toEqual(['0001_things.sql', '0002_more.sql', '0003_color.sql'])
    expect(stdout).toMatch(/0002_color\.sql is 0003_color\.sql now/)
    expect(stdout).toMatch(/Not known: whether the database of .* has applied or begun any of these/)
  })
})

describe('with a database', () => {
  beforeAll(async () => {
    expect(await project.freeholdHere({}, 'apply', '--yes')).toMatchObject({ exitCode: 0 })
    await clear(2)
    await project.write('migrations/0002_color.sql', contract('things.color'))
    expect(await run('up', '--contract-now', 'a test')).toMatchObject({ exitCode: 0 })
  })
  beforeEach(() => clear(3))

  test('nothing is said where nothing is in the way', async () => {
    const { stdout } = await create('more')
    expect(stdout.trim().split('\n')).toHaveLength(1)
  })

  test('contract steps that are applied keep their numbers', async () => {
    await project.write('migrations/0003_size.sql', contract('things.size'))
    const { stdout } = await create('more', '--before-contracts')
    expect(await files()).toEqual(['0001_things.sql', '0002_color.sql', '0003_more.sql', '0004_size.sql'])
    expect(stdout).toMatch(/0003_size\.sql is 0004_size\.sql now/)
    expect(stdout).not.toMatch(/0002_color/)
  })

  test('where all of them are applied, the new file comes after them', async () => {
    const { stdout } = await create('more', '--before-contracts')
    expect(await files()).toEqual(['0001_things.sql', '0002_color.sql', '0003_more.sql'])
    expect(stdout).toMatch(/0002_color\.sql is applied, and keeps its number/)
    expect((await create('other')).stdout).not.toMatch(/while it waits/)
  })

  test('a contract step that is begun keeps its number', async () => {
    await project.write('migrations/0003_size.sql', `${contract('things.size')}\nvacuum things;\nselect 1/0;`)
    expect(await run('up', '--contract-now', 'a test')).toMatchObject({ exitCode: 1 })
    const { stdout } = await create('more', '--before-contracts')
    expect(await files()).toContain('0003_size.sql')
    expect(stdout).toMatch(/0003_size\.sql is begun, and keeps its number/)
    await clear(4)
  })

  test.each([
    { what: 'begun', happened: 'was begun at' },
    { what: 'applied', happened: 'was applied at' },
  ])('a number that is $what there is not given out again', async ({ what, happened }) => {
    if (what === 'applied') {
      await project.write('migrations/0003_size.sql', `${contract('things.size')}\nvacuum things;\nselect 1;`)
      expect(await run('up')).toMatchObject({ exitCode: 0 })
    }
    await clear(3)
    for (const flags of [[], ['--before-contracts']]) {
      const { exitCode, stderr } = await create('more', ...flags)
      expect(exitCode).toBe(1)
      expect(stderr).toContain('0003_size.sql ' + happened)
      expect(stderr).toMatch(/and is not in .*migrations\./)
      expect(await files()).toEqual(['0001_things.sql', '0002_color.sql'])
    }
  })
})
