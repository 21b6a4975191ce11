import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { cliProject, type CliProject, type CliResult } from '../../test/cli-project.js'

let project: CliProject
beforeEach(async () => {
  project = await cliProject(inject('serverUrl'))
})
afterEach(() => project.remove())

const jsonOf = (result: CliResult): unknown => JSON.parse(result.stdout)
const createThings = `create table things (
  id int primary key,
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
`

test('takes a system from nothing to migrated, and says so', async () => {
  const { freehold, service } = project
  const plan = await freehold('plan')
  expect(plan.exitCode).toBe(2)
  expect(plan.stdout).toContain(`+ role ${service}_app: log in`)
  expect(plan.stdout).toMatch(/\nPlan: \d+ to create, .*\d+ to revoke\.\n$/)
  expect(plan.stderr).toBe('')

  const applied = await freehold('apply', '--yes')
  expect(applied).toMatchObject({ exitCode: 0, stderr: '' })
  expect(applied.stdout).toMatch(/Applied \d+ changes\.\n$/)

  const made = await freehold('migrate', 'new', service, 'create_things')
  expect(made).toEqual({ exitCode: 0, stdout: 'migrations/0001_create_things.sql\n', stderr: '' })
  await project.write('migrations/0001_create_things.sql', createThings)
  expect((await freehold('migrate', 'status')).exitCode).toBe(2)
  const up = await freehold('migrate', 'up')
  expect(up.exitCode).toBe(0)
  expect(up.stderr).toContain('✓ 0001_create_things.sql')
  expect(up.stdout).toContain(`${service} 1 applied, 1 in all`)
  expect((await freehold('migrate', 'status')).exitCode).toBe(0)
  expect((await freehold('migrate', 'up', service)).stdout).toContain('nothing to do')

  const status = await freehold('status')
  expect(status.exitCode).toBe(0)
  expect(status.stdout).toContain('1 mutable, 1 immutable\n')
  expect(status.stdout).toContain('1 applied, none pending')

  const again = await freehold('plan')
  expect(again.stdout).toContain('No changes.')
  expect(again.exitCode).toBe(0)
})

test('shows drift by name, and mends it', async () => {
  const { freeholdHere, service } = project
  await freeholdHere({}, 'apply', '--yes')
  await project.query(`grant create on schema ${service} to ${service}_app`)
  const plan = await freeholdHere({}, 'plan')
  expect(plan.exitCode).toBe(2)
  // Between the two may stand a note about a database that another test has open to everybody just now.
  expect(plan.stdout).toContain(`- schema ${service}: ${service}_app has CREATE\n\n`)
  expect(plan.stdout).toMatch(/\n\nPlan: 1 to revoke\.\n$/)
  expect((await freeholdHere({}, 'apply', '--yes')).stdout).toContain('Applied 1 change.')
  expect((await freeholdHere({}, 'plan')).exitCode).toBe(0)
})

test('says the same to machines: one document on stdout, nothing on stderr', async () => {
  const { freeholdHere, service } = project
  await project.write('migrations/0001_create_things.sql', createThings)
  const run = async (exitCode: number, ...args: string[]) => {
    const result = await freeholdHere({}, ...args, '--json')
    expect(result).toMatchObject({ exitCode, stderr: '' })
    return jsonOf(result)
  }
  expect(await run(0, 'manifest')).toMatchObject({ name: 'project', services: [{ name: service }] })
  expect(await run(2, 'plan')).toMatchObject({
    system: 'project',
    changes: expect.arrayContaining([
      expect.objectContaining({
        action: 'create',
        object: `role ${service}_app`,
        sql: expect.stringContaining('create role') as unknown,
      }),
    ]) as unknown,
    summary: { drop: 0, problem: 0 },
  })
  expect(await run(0, 'apply', '--yes')).toMatchObject({
    applied: expect.arrayContaining([expect.anything()]) as unknown,
  })
  expect(await run(2, 'migrate', 'status')).toMatchObject({
    services: [
      {
        service,
        applied: [],
        problems: [],
        pending: [{ number: 1, name: 'create_things', statementsDone: 0 }],
      },
    ],
  })
  expect(await run(0, 'migrate', 'up')).toMatchObject({
    services: [{ service, applied: [{ number: 1, fileName: '0001_create_things.sql' }], total: 1 }],
  })
  expect(await run(0, 'status')).toMatchObject({
    system: 'project',
    services: [
      {
        service,
        drift: 0,
        migrations: { pending: [], problems: [] },
        tables: [{ exists: true }, { exists: true }],
      },
    ],
  })
  expect(await run(0, 'hba')).toMatchObject({
    lines: expect.arrayContaining([expect.stringContaining(`${service}_db`)]) as unknown,
  })
  expect(await run(0, 'credentials', 'rotate')).toMatchObject({
    rotated: [
      { service, role: `${service}_app` },
      { service, role: `${service}_migrator` },
      { service, file: expect.stringContaining(`${service}.identity.json`) as unknown },
    ],
  })
  expect(await run(0, 'migrate', 'up')).toMatchObject({ services: [{ applied: [] }] })
})

test('never prints a password or a private key', async () => {
  const { freeholdHere, folder } = project
  const runs = [
    await freeholdHere({}, 'plan', '--json'),
    await freeholdHere({}, 'apply', '--yes', '--json'),
    await freeholdHere({}, 'status', '--json'),
    await freeholdHere({}, 'credentials', 'rotate', '--json'),
    await freeholdHere(
      { FREEHOLD_SERVER_URL: 'postgresql://admin:hunter2@127.0.0.1:1/postgres', FREEHOLD_DEBUG: '1' },
      'plan',
    ),
  ]
  const printed = runs.map(({ stdout, stderr }) => stdout + stderr).join('\n')
  const credentials = join(folder, '.freehold', 'credentials')
  const files = await Promise.all(
    (await readdir(credentials))
      .filter((file) => file.endsWith('.env'))
      .map((file) => readFile(join(credentials, file), 'utf8')),
  )
  const passwords = files.map((text) => new URL(/DATABASE_URL=(.+)/.exec(text)?.[1] ?? '').password)
  expect(passwords).toHaveLength(2)
  const identity = await readFile(join(credentials, `${project.service}.identity.json`), 'utf8')
  const { d: privateKey } = JSON.parse(identity) as { d: string }
  for (const password of [...passwords, privateKey, new URL(inject('serverUrl')).password, 'hunter2']) {
    expect(password.length).toBeGreaterThan(4)
    expect(printed).not.toContain(password)
  }
})

test('asks before it changes anything, and does not guess where nobody can answer', async () => {
  const { freeholdHere } = project
  const apply = await freeholdHere({}, 'apply')
  expect(apply.exitCode).toBe(1)
  expect(apply.stderr).toContain('FREEHOLD_CLI_NOT_CONFIRMED')
  expect(jsonOf(await freeholdHere({}, 'apply', '--json'))).toMatchObject({
    error: { code: 'FREEHOLD_CLI_NOT_CONFIRMED' },
  })
  expect((await freeholdHere({}, 'plan')).stdout).toContain('to create')
})

test('refuses an edited migration by name, on the terminal and to machines', async () => {
  const { freeholdHere, service } = project
  await project.write('migrations/0001_create_things.sql', createThings)
  await freeholdHere({}, 'apply', '--yes')
  await freeholdHere({}, 'migrate', 'up')
  await project.write('migrations/0001_create_things.sql', `${createThings}-- later`)
  const up = await freeholdHere({}, 'migrate', 'up')
  expect(up).toMatchObject({ exitCode: 1, stdout: '' })
  expect(up.stderr).toMatch(
    /^✗ .*migrations\/0001_create_things\.sql was applied at .* and was edited since\.\n {2}Restore .*\n {2}FREEHOLD_MIGRATION_EDITED\n$/,
  )
  const status = await freeholdHere({}, 'migrate', 'status', '--json')
  expect(status.exitCode).toBe(1)
  expect(jsonOf(status)).toMatchObject({
    services: [{ service, problems: [{ code: 'FREEHOLD_MIGRATION_EDITED' }] }],
  })
})

test('says what is left for a person, and that what it cannot see is not known', async () => {
  const { freeholdHere, service } = project
  await freeholdHere({}, 'apply', '--yes')
  await project.query(`create table ${service}.stray (id int)`)
  const left = await freeholdHere({}, 'apply', '--yes')
  expect(left.exitCode).toBe(2)
  expect(left.stdout).toContain(`${service}.stray`)
  const away = { FREEHOLD_SERVER_URL: 'postgresql://a:b@127.0.0.1:1/postgres' }
  const status = await freeholdHere(away, 'status')
  expect(status.exitCode).toBe(1)
  expect(status.stdout).toMatch(
    /tables +1 mutable, 1 immutable; not known .*\n +versions +not known\n.*\n +drift +not known\n/,
  )
  expect(jsonOf(await freeholdHere(away, 'status', '--json'))).toMatchObject({
    services: [{ drift: null, tables: [{ exists: null }, { exists: null }] }],
  })
})

test('does not migrate a database that the manifest does not name', async () => {
  const { freeholdHere, folder, service } = project
  await freeholdHere({}, 'apply', '--yes')
  const config = join(folder, 'freehold.config.ts')
  const text = await readFile(config, 'utf8')
  await project.write('freehold.config.ts', text.replace(`'${service}_db'`, "'another_db'"))
  for (const command of ['up', 'status']) {
    const { exitCode, stderr } = await freeholdHere({}, 'migrate', command)
    expect(exitCode).toBe(1)
    expect(stderr).toContain(`lead to the database "${service}_db", and the manifest names "another_db"`)
    expect(stderr).toContain('FREEHOLD_CREDENTIALS_ELSEWHERE')
  }
})

test('shows where a migration is wrong', async () => {
  const { freeholdHere } = project
  await freeholdHere({}, 'apply', '--yes')
  await project.write('migrations/0001_create_things.sql', 'create table things (\n  id int primray key\n)')
  const { exitCode, stderr } = await freeholdHere({}, 'migrate', 'up')
  expect(exitCode).toBe(1)
  expect(stderr).toContain('migrations/0001_create_things.sql:2:10: syntax error at or near "primray"\n')
  expect(stderr).toContain('\n2 |   id int primray key\n  |          ^\n')
  expect(stderr).not.toContain('    at ')
})

test.each([
  [['migrate', 'new'], 'See `freehold migrate new --help`.'],
  [['migrate', 'up', '--wait', '-1'], 'See `freehold migrate up --help`.'],
  [['migrate', 'ip'], 'See `freehold migrate --help`.'],
  [['plam'], 'See `freehold --help`.'],
])('a command line that cannot be meant points to the help of its command: %j', async (args, fix) => {
  const { stderr } = await project.freeholdHere({}, ...args)
  expect(stderr.split('\n').at(-3)).toBe(`  ${fix}`)
})

const failures: Record<string, { args: string[]; code: string; env?: Record<string, string> }> = {
  'an unknown command': { args: ['plam'], code: 'FREEHOLD_CLI_USAGE' },
  'an unknown flag': { args: ['plan', '--now'], code: 'FREEHOLD_CLI_USAGE' },
  'an argument too many': { args: ['plan', 'notes'], code: 'FREEHOLD_CLI_USAGE' },
  'an argument too few': { args: ['migrate', 'new'], code: 'FREEHOLD_CLI_USAGE' },
  'a number that is none': { args: ['migrate', 'up', '--wait', 'long'], code: 'FREEHOLD_CLI_USAGE' },
  'a negative number': { args: ['migrate', 'up', '--wait', '-1'], code: 'FREEHOLD_CLI_USAGE' },
  'an unknown service': { args: ['migrate', 'up', 'billing'], code: 'FREEHOLD_MANIFEST_UNKNOWN_SERVICE' },
  'a name that cannot be': { args: ['migrate', 'new', 'SERVICE', '../up'], code: 'FREEHOLD_MIGRATION_NAME' },
  'no configuration': { args: ['plan', '--config', 'nowhere.ts'], code: 'FREEHOLD_CONFIG_NOT_FOUND' },
  'no credentials yet': { args: ['migrate', 'up'], code: 'FREEHOLD_CREDENTIALS_MISSING' },
  'no server': { args: ['plan'], code: 'FREEHOLD_SERVER_UNKNOWN', env: { FREEHOLD_SERVER_URL: '' } },
  'a server that does not answer': {
    args: ['plan'],
    code: 'FREEHOLD_SERVER_UNREACHABLE',
    env: { FREEHOLD_SERVER_URL: 'postgresql://a:b@127.0.0.1:1/postgres' },
  },
}
test.each(Object.entries(failures))('exits 1 with a coded error: %s', async (_, { args, code, env = {} }) => {
  const words = args.map((word) => (word === 'SERVICE' ? project.service : word))
  const human = await project.freeholdHere(env, ...words)
  expect(human).toMatchObject({ exitCode: 1, stdout: '' })
  expect(human.stderr.split('\n').at(-2)).toBe(`  ${code}`)
  expect(human.stderr).not.toMatch(/\n\s+at /)
  const machine = await project.freeholdHere(env, ...words, '--json')
  expect(machine).toMatchObject({ exitCode: 1, stderr: '' })
  const text = expect.any(String) as unknown
  expect(jsonOf(machine)).toMatchObject({ error: { code, message: text, fix: text } })
})

test('exits 1 as a process, too', async () => {
  const { freehold } = project
  const [typo, missing] = await Promise.all([freehold('plam'), freehold('migrate', 'up', '--json')])
  expect(typo).toMatchObject({ exitCode: 1, stdout: '' })
  expect(typo.stderr).toContain('did you mean `plan`?')
  expect(missing).toMatchObject({ exitCode: 1, stderr: '' })
  expect(jsonOf(missing)).toMatchObject({ error: { code: 'FREEHOLD_CREDENTIALS_MISSING' } })
})

test('reports a syntax error of the configuration, and a stack only when asked', async () => {
  await project.write('freehold.config.ts', 'export default {\n  name: ,\n}')
  const quiet = await project.freeholdHere({}, 'manifest')
  expect(quiet.stderr).toMatch(/freehold\.config\.ts:2:9: .*\n.*\n {2}FREEHOLD_CONFIG_DOES_NOT_LOAD\n$/)
  const loud = await project.freeholdHere({ FREEHOLD_DEBUG: '1' }, 'manifest')
  expect(loud.stderr).toMatch(/\n\s+at /)
})

test('takes global flags before the command, and a folder of its own for state', async () => {
  const { folder } = project
  await project.write('elsewhere/nothing.txt', '')
  const config = join(folder, 'freehold.config.ts')
  expect(
    (await project.freeholdHere({}, '--config', config, '--state', 'elsewhere', '--json', 'apply', '--yes'))
      .exitCode,
  ).toBe(0)
  const files = await readdir(join(folder, 'elsewhere', 'credentials'))
  expect(files.filter((file) => file.endsWith('.env'))).toHaveLength(2)
  // Wherever the folder is, git does not take up the passwords in it.
  expect(files).toContain('.gitignore')
})

test('colours only on demand', async () => {
  const coloured = async (env: Record<string, string>, ...args: string[]) =>
    (await project.freeholdHere(env, 'manifest', ...args)).stdout.includes('\u001B[')
  expect(await coloured({})).toBe(false)
  expect(await coloured({ FORCE_COLOR: '1' })).toBe(true)
  expect(await coloured({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false)
  expect(await coloured({ FORCE_COLOR: '1' }, '--no-color')).toBe(false)
})

test('describes the events of a system as AsyncAPI: one service, all, or files', async () => {
  const { freeholdHere, folder } = project
  await project.write('freehold.config.ts', eventful)
  const one = await freeholdHere({}, 'asyncapi', '--service', 'mail')
  expect(one).toMatchObject({ exitCode: 0, stderr: '' })
  expect(jsonOf(one)).toMatchObject({
    asyncapi: '3.0.0',
    operations: { 'receive.notes.note-revised.v1': { action: 'receive' } },
  })
  expect(Object.keys(jsonOf(await freeholdHere({}, 'asyncapi')) as object)).toEqual(['notes', 'mail'])

  const files = await freeholdHere({}, 'asyncapi', '--out', 'docs/events', '--json')
  const written = ['notes', 'mail'].map((name) => join(folder, 'docs/events', `${name}.asyncapi.json`))
  expect(jsonOf(files)).toEqual({ files: written })
  expect(JSON.parse(await readFile(written[1]!, 'utf8'))).toEqual(jsonOf(one))

  const unknown = await freeholdHere({}, 'asyncapi', '--service', 'male')
  expect(unknown.exitCode).toBe(1)
  expect(unknown.stderr).toContain('Use one of: notes, mail.')

  const manifest = await freeholdHere({}, 'manifest')
  expect(manifest.stdout).toMatch(
    / {2}publishes notes\.note-revised\.v1\n[^]* {2}consumes notes\.note-revised\.v1\n/,
  )
})

const eventful = `const events = { events: { mutability: 'immutable' as const, kind: 'events' as const } }
const data = { type: 'object', required: ['noteId'], properties: { noteId: { type: 'string' } } }
const revised = { type: 'notes.note-revised.v1', key: 'noteId', data }
const common = { schema: 'x', references: {}, owns: events }
export default {
  name: 'project',
  strategy: { kind: 'database-per-service' as const },
  services: [
    { ...common, name: 'notes', database: 'notes_db', migrations: 'notes', publishes: [revised] },
    { ...common, name: 'mail', database: 'mail_db', migrations: 'mail', consumes: { notes: [revised.type] } },
  ],
}
`
