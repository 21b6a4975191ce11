import { randomBytes, randomUUID } from 'node:crypto'
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rejection } from '../../test/fixtures/rejection.js'
import { isErased } from '../personal/index.js'
import { fileKeyStore, keyStoreConformance, type FileKeyStoreOptions } from './index.js'

let home: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'freehold-keys-'))
  await writeFile(join(home, 'kek.json'), keys('first'))
})

afterAll(() => rm(home, { recursive: true, force: true }))

const purpose = 'notes'

function keys(...ids: string[]): string {
  return JSON.stringify({
    service: 'notes',
    keys: ids.map((id) => ({ id, secret: Buffer.alloc(32, id).toString('base64url') })),
  })
}

const open = (directory = 'store', encryption = 'kek.json', create: FileKeyStoreOptions['create'] = true) =>
  fileKeyStore({
    service: 'notes',
    directory: join(home, directory),
    encryption: join(home, encryption),
    create,
  })

/** The files of the keys of a store. */
async function keyFilesOf(directory: string): Promise<string[]> {
  const keys = join(home, directory, 'keys')
  const files = await readdir(keys, { recursive: true })
  return files.filter((file) => file.endsWith('.key')).map((file) => join(keys, file))
}

describe('the embedded key store does what every key store must', () => {
  for (const { name, run } of keyStoreConformance(() => open())) test(name, run)
})

/** All bytes of all files of a folder. */
async function bytesIn(directory: string): Promise<Buffer> {
  const entries = await readdir(join(home, directory), { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Buffer.concat([
    Buffer.from(files.join('\n')),
    ...(await Promise.all(files.map((file) => readFile(file)))),
  ])
}

test('no key lies there as it is, and of a living subject not even the name', async () => {
  const store = await open('quiet')
  const subject = randomUUID()
  const { secret } = await store.obtain({ subject, purpose })
  const bytes = await bytesIn('quiet')
  expect(bytes.length).toBeGreaterThan(100)
  for (const form of [
    secret,
    secret.toString('hex'),
    secret.toString('base64'),
    secret.toString('base64url'),
    subject,
  ])
    expect(bytes.includes(form)).toBe(false)
})

test('when the key-encryption key is another, all keys are wrapped anew, and the old one is not needed', async () => {
  const before = await open('turned')
  const names = Array.from({ length: 30 }, () => ({ subject: randomUUID(), purpose }))
  const made = await Promise.all(names.map((name) => before.obtain(name)))
  await writeFile(join(home, 'both.json'), keys('second', 'first'))
  await writeFile(join(home, 'second.json'), keys('second'))
  await open('turned', 'both.json')
  const after = await open('turned', 'second.json')
  expect(await after.find(names)).toEqual(made)
})

test('keys that are wrapped by an unknown key are refused, and none is made in their place', async () => {
  const subject = randomUUID()
  await (await open('foreign')).obtain({ subject, purpose })
  await writeFile(join(home, 'other.json'), keys('other'))
  expect(await rejection(open('foreign', 'other.json'))).toMatchObject({
    code: 'FREEHOLD_KEY_STORE_UNREADABLE',
  })
  expect(await (await open('foreign')).find([{ subject, purpose }])).toMatchObject([
    { secret: expect.any(Buffer) },
  ])
})

test('a wrapped key that is moved to somebody else does not open', async () => {
  const store = await open('moved')
  const [one, other] = [randomUUID(), randomUUID()]
  await store.obtain({ subject: one, purpose })
  await store.obtain({ subject: other, purpose })
  const files = (await readdir(join(home, 'moved', 'keys'), { recursive: true })).filter((name) =>
    name.endsWith('.key'),
  )
  const [from = '', to = ''] = files.map((name) => join(home, 'moved', 'keys', name))
  await writeFile(to, await readFile(from))
  const found = await rejection(
    (await open('moved')).find([one, other].map((subject) => ({ subject, purpose }))),
  )
  expect(found).toMatchObject({ code: 'FREEHOLD_KEY_STORE_UNREADABLE' })
})

test('a store of another service, and a file of another service, are refused', async () => {
  await open('mine')
  await writeFile(join(home, 'theirs.json'), keys('first').replace('notes', 'auth'))
  const theirs = {
    service: 'auth',
    directory: join(home, 'mine'),
    encryption: join(home, 'theirs.json'),
    create: true,
  }
  expect(await rejection(fileKeyStore(theirs))).toMatchObject({ code: 'FREEHOLD_KEY_STORE_UNREADABLE' })
  expect(await rejection(open('mine', 'theirs.json'))).toMatchObject({
    code: 'FREEHOLD_KEY_STORE_UNREADABLE',
  })
  expect(await rejection(open('mine', 'missing.json'))).toMatchObject({
    code: 'FREEHOLD_KEY_STORE_UNREADABLE',
  })
  await writeFile(
    join(home, 'damaged.json'),
    `{"service":"notes","keys":[{"id":"a","secret":"${randomBytes(8).toString('hex')}"}]}`,
  )
  const damaged = await rejection(open('mine', 'damaged.json'))
  expect(damaged).toMatchObject({ code: 'FREEHOLD_KEY_STORE_UNREADABLE' })
  expect(String(damaged)).not.toMatch(/[0-9a-f]{16}/)
})

test('a line that was not written to its end is passed over, and one that was damaged is not', async () => {
  const store = await open('torn')
  const [first, second] = [randomUUID(), randomUUID()]
  await store.destroy({ subject: first })
  await appendFile(join(home, 'torn', 'forgotten'), '{"subject":"half')
  const again = await open('torn')
  await again.destroy({ subject: second })
  expect((await store.forgotten()).map(({ subject }) => subject)).toEqual([first, second])
  await appendFile(join(home, 'torn', 'forgotten'), 'nonsense\n')
  // Whoever cannot read who was forgotten must not go on with what it knew.
  expect(await rejection(store.obtain({ subject: randomUUID(), purpose }))).toMatchObject({
    code: 'FREEHOLD_KEY_STORE_UNREADABLE',
  })
})

test('a ledger that is gone stops the store: somebody may have been forgotten in it', async () => {
  const store = await open('lost')
  const name = { subject: randomUUID(), purpose }
  await store.obtain(name)
  await rm(join(home, 'lost', 'forgotten'))
  expect(await rejection(store.obtain(name))).toMatchObject({ code: 'FREEHOLD_KEY_STORE_UNAVAILABLE' })
  expect(await rejection(store.find([name]))).toMatchObject({ code: 'FREEHOLD_KEY_STORE_UNAVAILABLE' })
})

test('what a crash left of somebody who was forgotten is removed when the store is opened', async () => {
  const store = await open('crashed')
  const name = { subject: randomUUID(), purpose }
  await store.obtain(name)
  await appendFile(
    join(home, 'crashed', 'forgotten'),
    `${JSON.stringify({ subject: name.subject, at: new Date() })}\n`,
  )
  expect((await store.find([name])).every(isErased)).toBe(true)
  await open('crashed')
  const left = await readdir(join(home, 'crashed', 'keys'), { recursive: true })
  expect(left.filter((file) => file.endsWith('.key'))).toEqual([])
})

describe('a store that was lost does not begin as a new one', () => {
  const refused = { code: 'FREEHOLD_KEY_STORE_UNREADABLE' }

  test('where there is none, it is made only when that is allowed, which is asked only then', async () => {
    expect(await rejection(open('never', 'kek.json', false))).toMatchObject(refused)
    expect(await rejection(open('never', 'kek.json', () => Promise.resolve(false)))).toMatchObject(refused)
    expect(await readdir(home)).not.toContain('never')
    await open('never', 'kek.json', () => Promise.resolve(true))
    await open('never', 'kek.json', () => Promise.reject(new Error('asked in vain')))
  })

  test('one without its ledger, its owner or its keys is refused, whatever is allowed', async () => {
    for (const part of ['forgotten', 'owner']) {
      const directory = `without-${part}`
      await (await open(directory)).obtain({ subject: randomUUID(), purpose })
      await rm(join(home, directory, part))
      expect(await rejection(open(directory))).toMatchObject(refused)
    }
    await (await open('without-keys')).destroy({ subject: randomUUID() })
    await rm(join(home, 'without-keys', 'keys'), { recursive: true })
    expect(await rejection(open('without-keys'))).toMatchObject(refused)
  })

  test('one that a crash left half made is made to its end, also by several at once', async () => {
    await open('half')
    await rm(join(home, 'half', 'owner'))
    const stores = await Promise.all([open('half'), open('half'), open('half')])
    const made = await Promise.all(stores.map((store) => store.obtain({ subject: 'somebody', purpose })))
    expect(new Set(made.map(({ secret }) => secret.toString('hex'))).size).toBe(1)
  })
})

test('a purpose that no key is kept for is refused before anybody is remembered as forgotten', async () => {
  const store = await open('purposes')
  expect(await rejection(store.destroy({ subject: randomUUID(), purpose: '../up' }))).toMatchObject({
    code: 'FREEHOLD_KEY_STORE_UNREADABLE',
  })
  expect(await store.forgotten()).toEqual([])
})

describe('while the keys that wrap are rotated', () => {
  test('a process that runs wraps with the newest, and opens what others have wrapped with it', async () => {
    await writeFile(join(home, 'live.json'), keys('first'))
    const running = await open('live', 'live.json')
    await writeFile(join(home, 'live.json'), keys('second', 'first'))
    const newer = await open('live', 'live.json')
    const [theirs, ours] = [randomUUID(), randomUUID()]
    const key = await newer.obtain({ subject: theirs, purpose })
    expect(await running.find([{ subject: theirs, purpose }])).toEqual([key])
    await running.obtain({ subject: ours, purpose })
    for (const file of await keyFilesOf('live')) expect(await readFile(file, 'utf8')).toMatch(/^second\./)
  })

  test('what was wrapped with an old one after all was wrapped anew is found at the next start', async () => {
    await writeFile(join(home, 'late.json'), keys('second', 'first'))
    const late = await open('late')
    await open('late', 'late.json')
    await late.obtain({ subject: randomUUID(), purpose })
    await open('late', 'late.json')
    for (const file of await keyFilesOf('late')) expect(await readFile(file, 'utf8')).toMatch(/^second\./)
  })

  test('a key that is just being destroyed does not stop a start; a damaged one does', async () => {
    await writeFile(join(home, 'beside.json'), keys('second', 'first'))
    const store = await open('beside')
    const subject = randomUUID()
    await store.obtain({ subject, purpose })
    const [file = ''] = await keyFilesOf('beside')
    await writeFile(file, randomBytes(80))
    expect(await rejection(open('beside', 'beside.json'))).toMatchObject({
      code: 'FREEHOLD_KEY_STORE_UNREADABLE',
    })
    const line = JSON.stringify({ subject, at: new Date() })
    await appendFile(join(home, 'beside', 'forgotten'), `${line}\n`)
    await open('beside', 'beside.json')
    expect(await keyFilesOf('beside')).toEqual([])
  })
})
