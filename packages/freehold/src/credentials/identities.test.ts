import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databasePerService, defineService, defineSystem, mutable } from '@freehold/manifest'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { identityChanges } from '../provisioning/identity-changes.js'
import { serversAt } from '../provisioning/servers.js'
import { applyIdentity } from './apply-identity.js'
import type { PublicKey } from './identity-keys.js'
import type { IdentityStore } from './identity-store.js'
import { renewIdentity } from './publish-keys.js'
import { credentialStore } from './store.js'

const services = ['orders', 'billing'].map((name) =>
  defineService({ name, database: `${name}_db`, owns: { [`${name}_items`]: mutable() } }),
)
const system = defineSystem({ name: 'shop', strategy: databasePerService(), services })

let folder: string
let store: IdentityStore
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freehold-identities-'))
  store = contextOf().credentials.identities
  await apply()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const contextOf = (of = system) => ({
  system: of,
  servers: serversAt(() => 'postgres://localhost/postgres'),
  credentials: credentialStore(folder),
})
const planned = async (of = system): Promise<string[]> =>
  (await identityChanges(contextOf(of))).map(({ action, object }) => `${action} ${object}`)
async function apply(of = system): Promise<void> {
  for (const { identity } of await identityChanges(contextOf(of)))
    if (identity) await applyIdentity(contextOf(of), identity)
}
const mode = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8)
const keysOf = async (service: string): Promise<readonly PublicKey[]> =>
  (await store.readKeys()).filter((key) => key.service === service)

describe('identities of services', () => {
  it('are a private key each, that only its owner may read, and one public set without any of them', async () => {
    const text = await readFile(store.keysPath, 'utf8')
    expect(await mode(store.keysPath)).toBe('644')
    for (const service of ['orders', 'billing']) {
      expect(await mode(store.pathOf(service))).toBe('600')
      const key = await store.read(service)
      expect(key).toMatchObject({ kty: 'OKP', crv: 'Ed25519', service })
      expect(text).toContain(`"kid": "${key?.kid}"`)
      expect(text).not.toContain(key?.d)
    }
    expect(text).not.toContain('"d"')
    expect(await readFile(join(folder, '.gitignore'), 'utf8')).toBe('*\n')
  })

  it('are planned as long as they are missing', async () => {
    await rm(store.pathOf('orders'))
    expect(await planned()).toEqual(['create identity of orders'])
    await apply()
    expect(await planned()).toEqual([])
    expect((await keysOf('orders'))[0]?.kid).toBe((await store.read('orders'))?.kid)
  })

  it('are published again when the set is gone', async () => {
    const key = await store.read('billing')
    await rm(store.keysPath)
    expect(await planned()).toEqual(['alter public key of orders', 'alter public key of billing'])
    await apply()
    expect(await planned()).toEqual([])
    expect((await keysOf('billing')).map(({ kid }) => kid)).toEqual([key?.kid])
  })

  it('keep the key before published when they are renewed, and not the one before that', async () => {
    const kids: (string | undefined)[] = []
    for (let turn = 0; turn < 3; turn += 1) {
      await renewIdentity(store, 'orders', ['orders', 'billing'])
      kids.unshift((await store.read('orders'))?.kid)
    }
    expect((await keysOf('orders')).map(({ kid }) => kid)).toEqual(kids.slice(0, 2))
    expect(new Set(kids).size).toBe(3)
  })

  it('keep the key in use published when renewing them breaks off half way', async () => {
    const inUse = await store.read('orders')
    const broken: IdentityStore = { ...store, write: () => Promise.reject(new RangeError('no space left')) }
    for (let turn = 0; turn < 3; turn += 1)
      await expect(renewIdentity(broken, 'orders', [])).rejects.toThrow('no space left')
    expect((await keysOf('orders')).map(({ kid }) => kid)).toContain(inUse?.kid)
    expect(await store.read('orders')).toEqual(inUse)
  })

  it('are withdrawn when the service left the manifest, and published when it comes back', async () => {
    const smaller = { ...system, services: services.slice(0, 1) }
    expect(await planned(smaller)).toEqual(['revoke public keys of billing'])
    await apply(smaller)
    expect((await store.readKeys()).map(({ service }) => service)).toEqual(['orders'])
    expect(await planned(smaller)).toEqual([])
    expect(await planned()).toEqual(['alter public key of billing'])
  })

  it('renewed by several at once lose no key, and leave no file behind', async () => {
    const names = ['orders', 'billing']
    for (let turn = 0; turn < 10; turn += 1)
      await Promise.all(names.map((service) => renewIdentity(store, service, names)))
    expect(await planned()).toEqual([])
    for (const service of names) expect(await keysOf(service)).toHaveLength(2)
    expect((await readdir(folder)).toSorted()).toEqual([
      '.gitignore',
      'billing.identity.json',
      'orders.identity.json',
      'services.jwks.json',
      'services.seal-keys',
    ])
  })

  it('renewed by several at once are remembered for ever, each of them', async () => {
    await Promise.all(Array.from({ length: 10 }, () => renewIdentity(store, 'late', ['late'])))
    const lines = await store.readSealKeys()
    expect(new Set(lines.filter((line) => line.startsWith('late+'))).size).toBe(10)
  })
})

describe('a set that another process wrote between reading and writing', () => {
  it('is mended: no key of either is missing afterwards', async () => {
    const names = ['orders', 'billing']
    let overtaken = false
    const slow: IdentityStore = {
      ...store,
      async writeKeys(keys) {
        if (!overtaken) {
          overtaken = true
          await renewIdentity(store, 'billing', names)
        }
        await store.writeKeys(keys)
      },
    }
    await renewIdentity(slow, 'orders', names)
    expect(overtaken).toBe(true)
    expect(await planned()).toEqual([])
  })
})

describe('a damaged file', () => {
  const orders = (): string => store.pathOf('orders')
  const set = (): string => store.keysPath
  it.each<[string, () => string, (text: string) => string]>([
    ['an identity that is cut off', orders, (text) => text.slice(0, 150)],
    ['an identity without its private half', orders, (text) => text.replace('"d"', '"e"')],
    ['another service’s identity', orders, (text) => text.replace('"orders"', '"billing"')],
    ['a set that is empty', set, () => ''],
    ['a set that is none', set, () => '[]'],
    ['a set with a key that is none', set, () => '{"keys":[{"kty":"OKP"}]}'],
  ])('is refused by name, and can be made anew: %s', async (_what, pathOf, spoil) => {
    const path = pathOf()
    const text = await readFile(path, 'utf8')
    await writeFile(path, spoil(text))
    const error: unknown = await planned().catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'FREEHOLD_SERVICE_IDENTITY_UNREADABLE',
      message: expect.stringContaining(path) as string,
      fix: expect.stringContaining(`Remove ${path} and run`) as string,
    })
    const { d = 'nothing private' } = JSON.parse(text) as { d?: string }
    expect(JSON.stringify(error) + String(error)).not.toContain(d)
    // A parser would have quoted the file.
    expect((error as Error).cause).toBe(undefined)
    await rm(path)
    await apply()
    expect(await planned()).toEqual([])
  })
})
