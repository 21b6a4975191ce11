import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolesOf } from '@freehold/manifest'
import pg from 'pg'
import { runCli } from '../src/cli/run-cli.js'

/** What a run of the command line left behind. */
export interface CliResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder with a configuration, and databases of its own on a shared server. */
export interface CliProject {
  readonly service: string
  readonly folder: string
  /** Runs the built command line in the folder, as a process. */
  freehold(...args: string[]): Promise<CliResult>
  /** Runs the command line in this process, with other variables beside its own: cheaper, and nearly the same. */
  freeholdHere(env: Readonly<Record<string, string>>, ...args: string[]): Promise<CliResult>
  write(path: string, text: string): Promise<void>
  /** A statement as the administrator, in the service's database. */
  query(sql: string): Promise<unknown[]>
  remove(): Promise<void>
}

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url))

/** The log that the project owns, for its first migration. */
export const auditLogTable = `create table audit_log (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp()
);`

/** Makes the folder; the databases come with the first `freehold apply`. */
export async function cliProject(serverUrl: string): Promise<CliProject> {
  const service = `c${randomBytes(5).toString('hex')}`
  const database = `${service}_db`
  const folder = await mkdtemp(join(tmpdir(), 'freehold project '))
  const write = async (path: string, text: string) => {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  await write('freehold.config.ts', configuration(service, database))
  const variables = { FREEHOLD_SERVER_URL: serverUrl }
  return {
    service,
    folder,
    write,
    freehold: (...args) => asProcess(folder, variables, args),
    freeholdHere: (env, ...args) => here(folder, { ...variables, ...env }, args),
    query: (sql) => asAdministrator(serverUrl, database, sql),
    async remove() {
      await asAdministrator(serverUrl, 'postgres', `drop database if exists ${database} with (force)`)
      for (const role of Object.values(rolesOf({ name: service }))) {
        await asAdministrator(serverUrl, 'postgres', `drop role if exists ${role}`)
      }
      await rm(folder, { recursive: true })
    },
  }
}

async function asProcess(cwd: string, env: Record<string, string>, args: string[]): Promise<CliResult> {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text))
  await once(child, 'close')
  return { exitCode: child.exitCode, ...output }
}

async function here(cwd: string, env: Record<string, string>, args: string[]): Promise<CliResult> {
  const output = { stdout: '', stderr: '' }
  const exitCode = await runCli(args, {
    stdin: {},
    stdout: { write: (text) => (output.stdout += text) },
    stderr: { write: (text) => (output.stderr += text) },
    env,
    cwd: () => cwd,
  })
  return { exitCode, ...output }
}

async function asAdministrator(serverUrl: string, database: string, sql: string): Promise<unknown[]> {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  const client = new pg.Client(url.href)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

function configuration(service: string, database: string): string {
  return `export default {
  name: 'project',
  strategy: { kind: 'database-per-service' as const },
  services: [
    {
      name: '${service}', database: '${database}', schema: '${service}', migrations: 'migrations', references: {},
      owns: {
        things: { mutability: 'mutable' as const, key: 'id' },
        audit_log: { mutability: 'immutable' as const, kind: 'audit' as const },
      },
    },
  ],
}
`
}
