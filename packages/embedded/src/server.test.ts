import { createServer } from 'node:net'
import { lstat, mkdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { EmbeddedServer } from './index.js'
import { freePort, removeData } from './index.js'
import type { Workshop } from './testing/fixtures/workshop.js'
import { ask, openWorkshop, processesOf } from './testing/fixtures/workshop.js'

const isRoot = process.getuid?.() === 0
const workshops: Workshop[] = []

async function workshop(options: { name?: string; mode?: number } = {}): Promise<Workshop> {
  const opened = await openWorkshop(options)
  workshops.push(opened)
  return opened
}

afterEach(async () => {
  for (const opened of workshops.splice(0)) await opened.close()
})

describe('a running server', () => {
  let shared: Workshop
  let server: EmbeddedServer
  beforeAll(async () => {
    shared = await openWorkshop({ name: " it's a path" })
    server = await shared.start()
  })
  afterAll(async () => shared.close())

  test('boots PostgreSQL 18 on loopback alone, in a path with spaces and quotes', async () => {
    expect(server.version).toBeGreaterThanOrEqual(180_000)
    const settings = await ask<{ name: string; setting: string }>(
      server.url,
      `select name, setting from pg_settings
       where name in ('listen_addresses', 'unix_socket_directories', 'max_prepared_transactions', 'fsync')`,
    )
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_prepared_transactions: '0',
      fsync: 'off',
    })
  })

  test('orders and folds text by code point, whatever the locale of the machine is', async () => {
    const [row] = await ask<{ sorted: string[]; folded: string }>(
      server.url,
      `select array(select t from unnest(array['b', 'B', 'ä', 'a']) t order by t) as sorted, lower('ÄÉ') as folded`,
    )
    expect(row).toEqual({ sorted: ['B', 'a', 'b', 'ä'], folded: 'äé' })
  })

  test('lets nobody in without the password', async () => {
    const other = new URL(server.url)
    other.password = 'guessed'
    await expect(ask(other.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
    other.password = ''
    await expect(ask(other.href, 'select 1')).rejects.toThrow(/password/)
  })

  test('refuses a directory whose server is running, and lets it run', async () => {
    await expect(shared.start()).rejects.toMatchObject({
      code: 'FREEHOLD_EMBEDDED_IN_USE',
      details: { pid: process.pid },
    })
    expect(await ask(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('replaces pg_hba.conf, which stays as it was when the lines are wrong', async () => {
    await ask(server.url, `create role someone login password 'x'`)
    const someone = `postgres://someone:x@127.0.0.1:${server.port}/postgres`
    expect(await ask(someone, 'select 1 as one')).toEqual([{ one: 1 }])
    await server.setHba(['host other someone 127.0.0.1/32 scram-sha-256'])
    await expect(ask(someone, 'select 1')).rejects.toMatchObject({ code: '28000' })
    await expect(server.setHba(['everyone may come in'])).rejects.toMatchObject({
      code: 'FREEHOLD_EMBEDDED_BAD_OPTION',
    })
    await expect(ask(someone, 'select 1')).rejects.toMatchObject({ code: '28000' })
    await server.setHba(['host postgres someone 127.0.0.1/32 scram-sha-256'])
    expect(await ask(someone, 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

describe('a server', () => {
  test('names the port that somebody else uses', async () => {
    const { start } = await workshop()
    const port = await freePort()
    const squatter = createServer().listen(port, '127.0.0.1')
    try {
      await expect(start({ port })).rejects.toMatchObject({
        code: 'FREEHOLD_PORT_IN_USE',
        message: expect.stringContaining(String(port)) as string,
      })
    } finally {
      squatter.close()
    }
    expect((await start({ port })).port).toBe(port)
  })

  test('finds its data again after a stop, and takes the password it is given', async () => {
    const { start } = await workshop()
    const first = await start({ password: "it's 1" })
    await ask(first.url, 'create table kept as select 42 as answer')
    await first.stop()
    const second = await start({ password: 'two' })
    expect(await ask(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
    await expect(
      ask(second.url.replace('two', encodeURIComponent("it's 1")), 'select 1'),
    ).rejects.toMatchObject({ code: '28P01' })
    await second.stop()
    const third = await start()
    expect(await ask(third.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  test('finds acknowledged data again after its postmaster was killed', async () => {
    const { start } = await workshop()
    const server = await start({ durable: true })
    await ask(server.url, 'create table kept as select 42 as answer')
    process.kill(server.pid, 'SIGKILL')
    await server.exited
    const again = await start({ durable: true, port: server.port })
    expect(again.pid).not.toBe(server.pid)
    expect(await ask(again.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  test('leaves no process behind when it stops', async () => {
    const { start } = await workshop()
    const server = await start()
    expect((await processesOf(server.dataDirectory)).length).toBeGreaterThan(1)
    await server.stop()
    await server.exited
    expect(await processesOf(server.dataDirectory)).toEqual([])
    await server.stop()
  })

  test('begins again where making the data directory was interrupted', async () => {
    const { start, folder } = await workshop()
    await mkdir(join(folder, 'data.unfinished', 'base'), { recursive: true })
    await writeFile(join(folder, 'data.password'), 'left over')
    const server = await start()
    expect(await ask(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await expect(stat(join(folder, 'data.password'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('is not stopped by a postmaster.pid that names another, living process', async () => {
    const { start } = await workshop()
    const server = await start()
    await server.stop()
    const file = join(server.dataDirectory, 'postmaster.pid')
    await writeFile(
      file,
      `${process.pid}\n${server.dataDirectory}\n1\n${server.port}\n\n127.0.0.1\n\nready\n`,
    )
    expect(await ask((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('says what it read in the log when it cannot start', async () => {
    const { start } = await workshop()
    await expect(start({ settings: { shared_buffers: 'plenty' } })).rejects.toMatchObject({
      code: 'FREEHOLD_EMBEDDED_FAILED',
      message: expect.stringContaining('shared_buffers') as string,
    })
    await expect(start({ settings: { listen_addresses: '*' } })).rejects.toMatchObject({
      code: 'FREEHOLD_EMBEDDED_BAD_OPTION',
    })
    await expect(start({ password: 'a\nb' })).rejects.toMatchObject({ code: 'FREEHOLD_EMBEDDED_BAD_OPTION' })
  })

  test('refuses data of another major version, and a directory that is no data', async () => {
    const { start, folder } = await workshop()
    const server = await start()
    await server.stop()
    await writeFile(join(server.dataDirectory, 'PG_VERSION'), '12\n')
    await expect(start()).rejects.toMatchObject({ code: 'FREEHOLD_EMBEDDED_VERSION' })
    const letters = join(folder, 'letters')
    await mkdir(letters, { mode: 0o777 })
    await writeFile(join(letters, 'letter.txt'), 'mine')
    await expect(start({ directory: letters })).rejects.toMatchObject({ code: /^FREEHOLD_EMBEDDED_/ })
    expect(await readFile(join(letters, 'letter.txt'), 'utf8')).toBe('mine')
  })
})

describe.runIf(isRoot)('as root', () => {
  test('keeps the data where its account can reach it, and says where', async () => {
    const { start, folder } = await workshop({ mode: 0o700 })
    const directory = join(folder, 'data')
    const server = await start()
    expect(await readlink(directory)).toBe(server.dataDirectory)
    expect(server.dataDirectory.startsWith(folder)).toBe(false)
    const data = await stat(server.dataDirectory)
    expect(data.uid).not.toBe(0)
    expect(data.mode & 0o777).toBe(0o700)
    await ask(server.url, 'create table kept as select 42 as answer')
    await server.stop()
    const again = await start()
    expect(await ask(again.url, 'select answer from kept')).toEqual([{ answer: 42 }])
    await again.stop()
    await removeData(directory)
    await expect(lstat(directory)).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(lstat(server.dataDirectory)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('forgets data of temporary directories that are gone, and no other', async () => {
    const gone = await workshop({ mode: 0o700 })
    const kept = await workshop({ mode: 0o700 })
    const [first, second] = [await gone.start(), await kept.start()]
    await first.stop()
    await second.stop()
    await rm(gone.folder, { recursive: true })
    await (await workshop({ mode: 0o700 })).start()
    await expect(lstat(first.dataDirectory)).rejects.toMatchObject({ code: 'ENOENT' })
    expect((await lstat(second.dataDirectory)).isDirectory()).toBe(true)
  })

  test('runs as the account that the data belongs to', async () => {
    const { start } = await workshop()
    const server = await start()
    const { uid } = await stat(server.dataDirectory)
    expect(uid).not.toBe(0)
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8')
    expect(status).toMatch(new RegExp(`^Uid:\\s+${uid}\\s+${uid}\\s`, 'm'))
    expect(status).toMatch(/^Groups:\s*$/m)
  })
})

test('removing data does not follow a link that somebody else made', async () => {
  const { folder } = await workshop()
  const precious = join(folder, 'precious')
  await mkdir(precious)
  await writeFile(join(precious, 'letter.txt'), 'mine')
  await symlink(precious, join(folder, 'data'))
  await removeData(join(folder, 'data'))
  expect(await readFile(join(precious, 'letter.txt'), 'utf8')).toBe('mine')
  await expect(lstat(join(folder, 'data'))).rejects.toMatchObject({ code: 'ENOENT' })
})
