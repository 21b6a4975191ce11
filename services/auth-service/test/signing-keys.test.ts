import { identityFrom } from '@notes/identity'
import { calculateJwkThumbprint, decodeProtectedHeader, type JWK } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ConfigurationError } from '../src/config/configuration-error.js'
import { openKeyRing, type KeyRingOptions } from '../src/keys/key-ring.js'
import { keyStore } from '../src/keys/key-store.js'
import { openKeys } from '../src/keys/open-keys.js'
import { kyselyFor } from '@freehold/runtime/kysely'
import type { Tables } from '../src/tables.js'
import { auditTrail } from './support/audit.js'
import { authDatabase, authInstance, type AuthDatabase, type AuthInstance } from './support/auth-system.js'
import { clientOf, someone, type Client } from './support/client.js'

let database: AuthDatabase
let system: AuthInstance
let client: Client

beforeAll(async () => {
  database = await authDatabase()
})

beforeEach(async () => {
  await database.admin.query('delete from auth.signing_keys')
  system = await authInstance(database.url)
  client = clientOf(system.app)
})

afterEach(() => system.close())

afterAll(() => database.drop())

const minute = 60_000
const day = 86_400_000

async function accessToken(): Promise<string> {
  const email = someone()
  await client.registered(email)
  return (await client.loggedIn(email)).accessToken
}

async function published(): Promise<JWK[]> {
  return (await client.get('.well-known/jwks.json')).json<{ keys: JWK[] }>().keys
}

const kidOf = (token: string) => decodeProtectedHeader(token).kid

/** Another instance of the service on the same database. */
function anotherRing(changes: Partial<KeyRingOptions> = {}) {
  const { store, encryptionKey, schedule, now } = system
  return openKeyRing({ store, encryptionKey, schedule, now, ...changes })
}

describe('the key set', () => {
  test('shows public halves alone', async () => {
    const response = await client.get('.well-known/jwks.json')
    expect(response.headers['cache-control']).toBe('public, max-age=300')
    const [key] = response.json<{ keys: JWK[] }>().keys
    expect(Object.keys(key ?? {}).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
    expect(await calculateJwkThumbprint(key ?? {})).toBeTruthy()
  })

  test('has a new key before it signs, and an old one as long as a token of it is good', async () => {
    const first = await accessToken()
    system.advance(7 * day - 10 * minute)
    await system.keys.refresh()
    expect(await published()).toHaveLength(2)
    system.advance(5 * minute)
    const second = await accessToken()
    expect(kidOf(second)).toBe(kidOf(first))

    system.advance(6 * minute)
    const third = await accessToken()
    expect(kidOf(third)).not.toBe(kidOf(first))
    // The second was signed six minutes ago, with the key that has just retired: it has four minutes left.
    expect((await client.get('sessions', second)).statusCode).toBe(200)
    expect((await client.get('sessions', third)).statusCode).toBe(200)

    system.advance(9 * minute)
    await system.keys.refresh()
    expect(await published()).toHaveLength(2)
    system.advance(2 * minute)
    await system.keys.refresh()
    expect((await published()).map(({ kid }) => kid)).toEqual([kidOf(third)])
    expect((await client.get('sessions', second)).statusCode).toBe(401)
    expect((await auditTrail(database)).map(({ action }) => action)).toContain('signing-key.removed')
  })

  test('of an instance that slept is brought up to date, and announces before it signs', async () => {
    const before = await accessToken()
    system.advance(60 * day)
    await system.keys.refresh()
    expect(await published()).toHaveLength(2)
    expect(kidOf(await accessToken())).toBe(kidOf(before))
  })
})

describe('several instances', () => {
  test('that rotate at once make one key', async () => {
    const rings = [system.keys, ...(await Promise.all(Array.from({ length: 5 }, () => anotherRing())))]
    system.advance(7 * day - minute)
    await Promise.all(rings.map((ring) => ring.refresh()))
    await Promise.all(rings.map((ring) => ring.refresh()))
    const sets = rings.map((ring) => ring.published().map(({ kid }) => kid))
    expect(sets[0]).toHaveLength(2)
    for (const set of sets) expect(set).toEqual(sets[0])
    for (const kid of sets[0] ?? []) {
      expect(await auditTrail(database, { entityId: kid ?? '' })).toMatchObject([
        { action: 'signing-key.created', version: 1 },
      ])
    }

    system.advance(30 * minute)
    await Promise.all(rings.map((ring) => ring.refresh()))
    for (const ring of rings) expect(ring.published()).toHaveLength(1)
  })

  test('verify the tokens of one another', async () => {
    const token = await accessToken()
    expect((await identityFrom(await anotherRing()).verify(token)).name).toMatch(/^someone/)
  })
})

describe('a lost KEY_ENCRYPTION_KEY', () => {
  const other = Buffer.alloc(32, 'x')

  function withOtherKey(changes: Partial<KeyRingOptions> = {}) {
    const store = keyStore(system.database, kyselyFor<Tables>(system.database), other)
    return openKeys({ store, encryptionKey: other, schedule: system.schedule, now: system.now, ...changes })
  }

  test('is said so in words that tell what to do', async () => {
    await expect(withOtherKey()).rejects.toThrow(ConfigurationError)
    await expect(withOtherKey()).rejects.toThrow(/another KEY_ENCRYPTION_KEY.*AUTH_REPLACE_UNREADABLE_KEYS/)
  })

  test('can be got over: another key signs, and the tokens that are out stay good', async () => {
    const before = await accessToken()
    const ring = await withOtherKey({ replaceUnreadable: true })
    expect(ring.signer().kid).not.toBe(kidOf(before))
    expect((await identityFrom(ring).verify(before)).name).toMatch(/^someone/)
    // Once done, it is not done again.
    expect((await withOtherKey({ replaceUnreadable: true })).signer().kid).toBe(ring.signer().kid)
  })

  test('of another instance is a 503 for tokens, and not ready, and no crash', async () => {
    await withOtherKey({ replaceUnreadable: true })
    await system.keys.refresh()
    const email = someone()
    await client.registered(email)
    expect((await client.post('login', { email, password: 'correct horse battery' })).statusCode).toBe(503)
    const ready = await system.app.inject('/health/ready')
    expect(ready.statusCode).toBe(503)
    expect(ready.json()).toMatchObject({ notReady: ['signing-key'] })
  })
})

test('a private key cannot be read from the table, nor moved to another row', async () => {
  const { rows } = await database.admin.query<{ text: string }>(
    'select k::text as text from auth.signing_keys k',
  )
  expect(rows[0]?.text).not.toContain('"d"')
  const { rows: raw } = await database.admin.query<{ sealed: Buffer }>(
    'select private_jwk_encrypted as sealed from auth.signing_keys',
  )
  expect(raw[0]?.sealed.toString('latin1')).not.toContain('Ed25519')
})
