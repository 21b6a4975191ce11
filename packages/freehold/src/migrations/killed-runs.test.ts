import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { groundwork, hardMigrations } from '../../test/hard-migrations.js'
import { schemaPicture } from '../../test/schema-picture.js'
import { serviceDatabase, type ServiceDatabase } from '../../test/service-database.js'
import { migrateService, type MigrateOptions } from './index.js'

/** A run is cut off at a query, counted from 1. */
interface Cut {
  readonly at: number
  readonly when: 'before' | 'sent' | 'answered'
}

const script = fileURLToPath(new URL('../../test/migrate-process.mjs', import.meta.url))
const atOnce = 3
/** How many of the places of a migration are tried: `all`, or so many of them, drawn anew in each run. */
const rounds = process.env['FREEHOLD_KILL_ROUNDS'] ?? '4'
/** Queries before the first migration: until then all runs are the same. */
const overture = 5

let restoreQueries: () => void
let origin: ServiceDatabase
let server: pg.Pool
let copies = 0
let cuts = 0
const queriesOf = new Map<string, (query: () => Promise<unknown>) => Promise<unknown>>()

beforeAll(async () => {
  restoreQueries = interceptQueries()
  origin = await serviceDatabase(inject('serverUrl'))
  await origin.write({ '0001_groundwork.sql': groundwork })
  await migrateService(origin)
  server = new pg.Pool({ connectionString: inject('serverUrl'), max: atOnce })
  // A database is copied only while nobody is in it.
  await origin.admin.end()
})

afterAll(async () => {
  restoreQueries()
  console.log(`runs cut off: ${cuts}`)
  await server.end()
  await origin.drop()
})

test.each(Object.entries(hardMigrations))(
  'a run that is killed at any query is finished by the next: %s',
  async (_, sql) => {
    const directory = await folderWith(sql)
    const { sent, picture } = await undisturbed(directory)
    const first = sql === Object.values(hardMigrations)[0] ? 1 : overture + 1
    const planned: Cut[] = [{ at: sent, when: 'answered' }]
    // Whoever is killed before a query has the answer of the one before.
    for (let at = first; at <= sent; at += 1) planned.push({ at, when: 'before' }, { at, when: 'sent' })
    await inTurns(drawn(planned), async (cut) => {
      await onCopy(directory, async (options, admin) => {
        expect(await processCutAt(options, cut), JSON.stringify(cut)).toBe('SIGKILL')
        await migrateService(options)
        expect(await schemaPicture(admin, options.service.schema), JSON.stringify(cut)).toEqual(picture)
      })
    })
    await rm(directory, { recursive: true })
  },
  900_000,
)

test.each(Object.entries(hardMigrations))(
  'a run whose session the server ends at any query is finished by the next: %s',
  async (_, sql) => {
    const directory = await folderWith(sql)
    const { sent, picture } = await undisturbed(directory)
    const planned: Cut[] = []
    for (let at = overture + 1; at <= sent; at += 1) planned.push({ at, when: 'before' })
    // After the last query nobody is there to notice.
    for (let at = overture + 1; at < sent; at += 1) planned.push({ at, when: 'sent' })
    await inTurns(drawn(planned), async (cut) => {
      await onCopy(directory, async (options, admin) => {
        const ended = await sessionCutAt(options, cut, admin)
        expect(ended, JSON.stringify(cut)).toMatchObject({ code: 'FREEHOLD_MIGRATION_INTERRUPTED' })
        await migrateService(options)
        expect(await schemaPicture(admin, options.service.schema), JSON.stringify(cut)).toEqual(picture)
      })
    })
    await rm(directory, { recursive: true })
  },
  900_000,
)

async function folderWith(sql: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'freehold-killed-'))
  await cp(origin.directory, directory, { recursive: true })
  await writeFile(join(directory, '0002_hard.sql'), sql)
  return directory
}

/** How many queries it takes, and what comes out. */
async function undisturbed(directory: string): Promise<{ sent: number; picture: unknown }> {
  let sent = 0
  let picture: unknown
  await onCopy(directory, async (options, admin) => {
    const child = spawn(process.execPath, [script, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    await once(child, 'close')
    sent = Number(output)
    picture = await schemaPicture(admin, options.service.schema)
  })
  expect(sent).toBeGreaterThan(overture)
  return { sent, picture }
}

async function onCopy(
  directory: string,
  work: (options: MigrateOptions, admin: pg.Client) => Promise<void>,
): Promise<void> {
  copies += 1
  const database = `${origin.service.database}_${copies}`
  await server.query(`create database ${database} template ${origin.service.database} strategy file_copy`)
  const admin = new pg.Client(withDatabase(inject('serverUrl'), database))
  await admin.connect()
  try {
    const { system, service } = origin
    await work({ system, service, url: withDatabase(origin.url, database), directory }, admin)
  } finally {
    await admin.end()
    await server.query(`drop database ${database} with (force)`)
  }
}

async function processCutAt(options: MigrateOptions, cut: Cut): Promise<string | null> {
  cuts += 1
  const child = spawn(process.execPath, [script, JSON.stringify(options), JSON.stringify(cut)], {
    stdio: 'ignore',
  })
  await once(child, 'close')
  return child.signalCode
}

/** Runs in this process, and has the server end the session at a query. */
async function sessionCutAt(options: MigrateOptions, cut: Cut, admin: pg.Client): Promise<unknown> {
  cuts += 1
  const end = () =>
    admin.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity
       where datname = current_database() and application_name like 'freehold migrate %'`,
    )
  let sent = 0
  queriesOf.set(new URL(options.url).pathname.slice(1), async (query) => {
    sent += 1
    if (sent !== cut.at) return query()
    if (cut.when === 'before') await end()
    const [answer] = await Promise.allSettled([query(), cut.when === 'sent' ? end() : undefined])
    if (answer.status === 'rejected') throw answer.reason
    return answer.value
  })
  try {
    return await migrateService(options).catch((thrown: unknown) => thrown)
  } finally {
    queriesOf.delete(new URL(options.url).pathname.slice(1))
  }
}

/** Lets {@link queriesOf} have the queries of the runs in this process, by their database. */
function interceptQueries(): () => void {
  const query = pg.Client.prototype.query as (this: pg.Client, ...args: unknown[]) => Promise<unknown>
  function intercepted(this: pg.Client, ...args: unknown[]): Promise<unknown> {
    const isRun = this.user?.endsWith('_migrator') ?? false
    const interceptor = isRun ? queriesOf.get(this.database ?? '') : undefined
    return interceptor ? interceptor(() => query.apply(this, args)) : query.apply(this, args)
  }
  Object.assign(pg.Client.prototype, { query: intercepted })
  return () => Object.assign(pg.Client.prototype, { query })
}

/** Trying all takes minutes. Those that were drawn are named where one fails. */
function drawn(planned: readonly Cut[]): readonly Cut[] {
  if (rounds === 'all') return planned
  const left = [...planned]
  return Array.from({ length: Math.min(Number(rounds), left.length) }, () =>
    left.splice(Math.floor(Math.random() * left.length), 1),
  ).flat()
}

async function inTurns<T>(all: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
  const left = [...all]
  const worker = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}
