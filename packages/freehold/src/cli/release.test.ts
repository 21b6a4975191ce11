import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { cliProject, type CliProject } from '../../test/cli-project.js'

let project: CliProject
beforeAll(async () => {
  project = await cliProject(inject('serverUrl'))
  await project.write(
    'migrations/0001_things.sql',
    `create table things (
  id uuid primary key,
  name text not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create table audit_log (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  action text not null
);
`,
  )
  await project.write('package.json', '{ "name": "things", "version": "1.4.0" }')
  await project.write(
    'recorded/things.statements.json',
    JSON.stringify({
      format: 'freehold-statements/1',
      service: project.service,
      version: '1.4.0',
      statements: [
        { text: 'select name from things where id = $1', parameters: ['string'] },
        // A driver's way to ask whether anybody is there.
        { text: '', parameters: [] },
      ],
    }),
  )
  await project.write(
    'api.json',
    '{"openapi":"3.1.0","servers":[{"url":"http://here"}],"paths":{"/things":{}}}',
  )
})
afterAll(() => project.remove())

const release = (...args: string[]) =>
  project.freeholdHere({ FREEHOLD_SHADOW_URL: inject('serverUrl') }, 'release', ...args)
const file = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(join(project.folder, 'releases', '1.4.0', name), 'utf8'))

it('writes down what a version is made of, once, with no server of the system', async () => {
  const flags = ['--statements', 'recorded', '--openapi', `${project.service}=api.json`]
  expect(await release(...flags)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('1 migration, 2 tables, 2 statements, an API') as unknown,
  })
  expect(await file('release.json')).toMatchObject({
    version: '1.4.0',
    migrations: [{ number: 1, name: 'things' }],
  })
  expect(await file('statements.json')).toMatchObject({
    statements: [{ text: '' }, { parameters: ['string'] }],
  })
  expect(await file('schema.json')).toMatchObject({ tables: [{ name: 'audit_log' }, { name: 'things' }] })
  expect(await file('openapi.json')).toEqual({ openapi: '3.1.0', paths: { '/things': {} } })
  expect(await release(...flags)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('is released already, and is the same') as unknown,
  })

  await project.write('migrations/0002_more.sql', 'alter table things add column remark text;\n')
  expect(await release(...flags)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(
      /1\.4\.0 was released already, and differs now in release\.json, schema\.json/,
    ) as unknown,
  })
})

it('releases nothing of which no statement was recorded', async () => {
  expect(await release()).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('FREEHOLD_STATEMENTS_MISSING') as unknown,
  })
})

it('names statements that do not work on the schema of the version that is said to send them', async () => {
  await project.write('package.json', '{ "name": "things", "version": "1.5.0" }')
  const texts = [
    'select name from things',
    'selec name',
    'select colour from things',
    'lock table nothing',
    'begin',
  ]
  await project.write(
    'recorded-1.5/things.statements.json',
    JSON.stringify({
      format: 'freehold-statements/1',
      service: project.service,
      version: '1.5.0',
      statements: texts.map((text) => ({ text, parameters: [], sentFrom: 'src/things.ts:7' })),
    }),
  )
  const { exitCode, stdout } = await release('--statements', 'recorded-1.5', '--json')
  expect(exitCode, stdout).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    releases: [
      {
        unworkable: [
          { statement: 'lock table nothing', reason: 'relation "nothing" does not exist (42P01)' },
          { statement: 'selec name', reason: 'syntax error at or near "selec"' },
          { statement: 'select colour from things', reason: 'column "colour" does not exist (42703)' },
        ],
      },
    ],
  })
  const again = await release('--statements', 'recorded-1.5')
  expect(again.stdout).toContain('These 3 statements do not work on the schema of this version')
  expect(again.stdout).toContain('column "colour" does not exist (42703), sent from src/things.ts:7')
})
