import { mkdtemp, chmod, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { removeData, startServer, type EmbeddedServer } from '@freehold/embedded'
import { isFreeholdError } from '@freehold/manifest/errors'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rejection } from '../../test/fixtures/rejection.js'
import { connect, type Database } from './index.js'

let folder: string
let server: EmbeddedServer
let db: Database
const idleErrors: Error[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freehold-recovery-'))
  await chmod(folder, 0o711)
  server = await startServer({ directory: join(folder, 'data'), durable: true })
  db = connect({
    url: server.url,
    applicationName: 'tests',
    connectTimeoutMs: 1_000,
    onIdleError: (error) => idleErrors.push(error),
  })
  await db.query('create table kept (n integer primary key)')
})

afterAll(async () => {
  await db.close()
  await server.stop('immediate')
  await removeData(join(folder, 'data'))
  await rm(folder, { recursive: true, force: true })
})

test('the pool outlives a server that is killed under load, and keeps every acknowledged write', async () => {
  const acknowledged: number[] = []
  const refusals = new Set<string>()
  let isOver = false
  const write = async (writer: number): Promise<void> => {
    for (let n = writer; !isOver; n += 16) {
      try {
        if (n % 2 === 0) await db.query({ name: 'keep', text: 'insert into kept values ($1)', values: [n] })
        else await db.transaction((tx) => tx.query('insert into kept values ($1)', [n]))
        acknowledged.push(n)
      } catch (error) {
        if (!isFreeholdError(error)) throw error
        refusals.add(error.code)
        await delay(5)
      }
    }
  }
  // Its connection lies idle in the pool when the server dies.
  const idle = connect({
    url: server.url,
    applicationName: 'idle',
    onIdleError: (error) => idleErrors.push(error),
  })
  await idle.ping()
  const writers = Promise.all(Array.from({ length: 16 }, (_, writer) => write(writer)))
  await expect.poll(() => acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(16)
  const { port } = server
  process.kill(server.pid, 'SIGKILL')
  await server.exited
  expect(await rejection(db.ping())).toMatchObject({ code: 'FREEHOLD_DATABASE_UNAVAILABLE' })
  const before = acknowledged.length
  server = await startServer({
    directory: join(folder, 'data'),
    durable: true,
    port,
    password: passwordOf(server),
  })
  await expect.poll(() => acknowledged.length, { timeout: 15_000 }).toBeGreaterThan(before)
  await idle.ping()
  await delay(100)
  isOver = true
  await writers
  await idle.close()
  const { rows } = await db.query<{ n: number }>('select n from kept')
  const stored = new Set(rows.map(({ n }) => n))
  expect(acknowledged.filter((n) => !stored.has(n))).toEqual([])
  expect(idleErrors.length).toBeGreaterThan(0)
  for (const error of idleErrors) expect(error).not.toHaveProperty('client')
  // Whether a write was on its way just then is chance.
  refusals.delete('FREEHOLD_OUTCOME_UNKNOWN')
  expect([...refusals]).toEqual(['FREEHOLD_DATABASE_UNAVAILABLE'])
})

function passwordOf({ url }: EmbeddedServer): string {
  return decodeURIComponent(new URL(url).password)
}
