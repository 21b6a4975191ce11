import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { throwawayServer, type ThrowawayServer } from '../src/shadow/throwaway-server.js'
import { auditLogTable, cliProject, type CliProject } from './cli-project.js'

let server: ThrowawayServer
let project: CliProject
beforeAll(async () => {
  server = await throwawayServer()
  project = await cliProject(server.url)
  await project.write(
    'migrations/0001_things.sql',
    `create table things (
       id uuid primary key,
       name text not null,
       remark text,
       version integer not null default 1,
       updated_at timestamptz not null default now()
     );
     ${auditLogTable}`,
  )
  await project.write('package.json', '{ "version": "1.0.0" }')
  for (const command of [
    ['apply', '--yes'],
    ['migrate', 'up'],
  ])
    expect(await project.freeholdHere({}, ...command)).toMatchObject({ exitCode: 0 })
})
afterAll(async () => {
  await project.remove()
  await server.remove()
})

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

/** As a process of the service would that records nothing. */
async function sent(text: string): Promise<void> {
  const file = join(project.folder, '.freehold', 'credentials', `${project.service}.app.env`)
  await query(/postgres(?:ql)?:[^\s'"]+/.exec(await readFile(file, 'utf8'))?.[0] ?? '', text)
}

const run = (...args: string[]) => project.freeholdHere({}, ...args)

it('statements are read from pg_stat_statements of a live server, to release and to check', async () => {
  const without = await run('release', '--from-statistics')
  expect(without).toMatchObject({ exitCode: 1 })
  expect(without.stderr).toMatch(/has no pg_stat_statements .*[^]*FREEHOLD_STATISTICS_MISSING/)

  await server.restart({ shared_preload_libraries: 'pg_stat_statements' })
  await query(server.url, 'create extension pg_stat_statements')
  await sent(`select name from things where name = 'released'`)
  const unreleased = await run('check', '--from-statistics')
  expect(unreleased).toMatchObject({ exitCode: 2 })
  expect(unreleased.stdout).toContain('sends to the server that runs was not asked for')
  expect(await run('release', '--from-statistics')).toMatchObject({ exitCode: 0, stderr: '' })
  const file = join(project.folder, 'releases', '1.0.0', 'statements.json')
  const text = await readFile(file, 'utf8')
  expect(text).toContain('select name from things where name = $1')
  expect(text).not.toContain('released')

  await project.write('package.json', '{ "version": "1.1.0" }')
  await project.write('migrations/0002_gone.sql', 'alter table things drop column remark;')
  const nothing = await run('check', '--json')
  expect(JSON.stringify(nothing.stdout)).not.toContain('42703')
  await sent(`select name from things where remark like 'x%'`)
  const found = await run('check', '--from-statistics')
  expect(found.exitCode).toBe(1)
  expect(found.stdout).toContain('42703')
})

it('a contract step waits for statements that pg_stat_statements alone knows of, where the owner may read it', async () => {
  const { service } = project
  const own = new URL(server.url)
  own.pathname = `/${service}_db`
  const contract = `-- freehold: contract things.remark after 1 day\nalter table things drop column remark;`
  await project.write('migrations/0002_gone.sql', contract)
  const waiting = async (): Promise<string[]> => {
    const { stdout } = await run('migrate', 'status', '--json')
    const [status] = (JSON.parse(stdout) as { services: { pending: { contract: { waits: Wait[] } }[] }[] })
      .services
    return (status?.pending[0]?.contract.waits ?? []).map(({ kind, text = '' }) => `${kind} ${text}`)
  }
  await query(own.href, `insert into ${service}.things (id, name) values (gen_random_uuid(), 'one')`)
  expect(await waiting()).toEqual(['unobserved '])
  await query(own.href, `create extension pg_stat_statements schema ${service}`)
  await query(own.href, `grant pg_read_all_stats to ${service}_owner with inherit true`)
  expect(await waiting()).toContain('statistics select name from things where remark like $1')
})

interface Wait {
  readonly kind: string
  readonly text?: string
}
