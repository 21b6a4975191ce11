import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { temporaryKeyStore, type TemporaryKeyStore } from '@freehold/runtime/keys'
import { authDatabase, type AuthDatabase } from './support/auth-system.js'

const main = fileURLToPath(new URL('../dist/src/main.js', import.meta.url))
const keys = { good: Buffer.alloc(32, 1).toString('base64'), other: Buffer.alloc(32, 2).toString('base64') }

let database: AuthDatabase
let directory: string
let personal: TemporaryKeyStore
const children: ChildProcess[] = []

beforeAll(async () => {
  database = await authDatabase()
  personal = await temporaryKeyStore('auth')
  directory = await mkdtemp(join(tmpdir(), 'auth service '))
})

afterEach(() => {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
})

afterAll(async () => {
  await database.drop()
  await personal.remove()
  await rm(directory, { recursive: true })
})

/** The service as `npm start` runs it: a process with nothing but files to read its secrets from. */
async function start(key: string, env: Record<string, string> = {}) {
  const [urlFile, secretsFile] = [join(directory, 'auth.app.env'), join(directory, 'auth.secrets.env')]
  await writeFile(urlFile, `DATABASE_URL=${database.url}\n`)
  await writeFile(secretsFile, `KEY_ENCRYPTION_KEY=${key}\n`)
  const child = fork(main, {
    silent: true,
    execArgv: [],
    env: {
      PORT: '0',
      DATABASE_URL_FILE: urlFile,
      AUTH_SECRETS_FILE: secretsFile,
      KEY_STORE_DIRECTORY: personal.directory,
      KEY_ENCRYPTION_FILE: personal.encryption,
      LOG_LEVEL: 'info',
      ...env,
    },
  })
  children.push(child)
  const output: string[] = []
  child.stdout?.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => output.push(chunk.toString()))
  const exited = once(child, 'exit').then(() => child.exitCode)
  const ready = once(child, 'message').then(([message]) => message as { type: string; port: number })
  const first = await Promise.race([ready, exited])
  return {
    child,
    output: () => output.join(''),
    exited,
    ready: typeof first === 'object' && first !== null ? first : undefined,
  }
}

test('it says when it is ready, serves, and stops when it is told to', async () => {
  const service = await start(keys.good)
  expect(service.ready?.type).toBe('ready')
  const address = `http://127.0.0.1:${service.ready?.port}`
  expect((await fetch(`${address}/health/ready`)).status).toBe(200)
  expect(await (await fetch(`${address}/api/auth/.well-known/jwks.json`)).json()).toMatchObject({
    keys: [{ alg: 'EdDSA' }],
  })
  service.child.kill('SIGTERM')
  expect(await service.exited).toBe(0)
  expect(service.output()).not.toContain(keys.good)
  expect(service.output()).not.toContain(new URL(database.url).password)
})

test('it stops when its parent is gone', async () => {
  const service = await start(keys.good)
  service.child.disconnect()
  expect(await service.exited).toBe(0)
})

test('with another KEY_ENCRYPTION_KEY it says what is wrong and what to do, and ends', async () => {
  const before = await start(keys.good)
  before.child.kill('SIGTERM')
  await before.exited
  const service = await start(keys.other)
  expect(service.ready).toBeUndefined()
  expect(await service.exited).toBe(1)
  await expect.poll(() => service.output()).toMatch(/\n$/)
  const lines = service.output().trim().split('\n')
  expect(lines).toHaveLength(1)
  expect((JSON.parse(lines[0] ?? '') as { msg: string }).msg).toMatch(/another KEY_ENCRYPTION_KEY.*Put back/)
})

test('with another KEY_ENCRYPTION_KEY and leave to replace the key, it serves', async () => {
  const service = await start(keys.other, { AUTH_REPLACE_UNREADABLE_KEYS: 'yes' })
  expect(service.ready?.type).toBe('ready')
  service.child.kill('SIGTERM')
  await service.exited
  await database.admin.query('delete from auth.signing_keys')
})

test('it rotates its keys by itself', async () => {
  const service = await start(keys.good, { AUTH_KEY_ROTATION_SECONDS: '2', AUTH_ACCESS_TOKEN_SECONDS: '1' })
  const url = `http://127.0.0.1:${service.ready?.port}/api/auth/.well-known/jwks.json`
  const kids = async () =>
    ((await (await fetch(url)).json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid)
  const [first] = await kids()
  await expect.poll(async () => (await kids()).length, { timeout: 10_000 }).toBeGreaterThanOrEqual(2)
  expect(await kids()).toContain(first)
  service.child.kill('SIGTERM')
  expect(await service.exited).toBe(0)
})
