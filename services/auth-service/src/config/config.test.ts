import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { configFrom } from './config.js'
import { ConfigurationError } from './configuration-error.js'

const key = Buffer.alloc(32, 7).toString('base64')
const least = {
  DATABASE_URL: 'postgres://auth_app@localhost/auth_db',
  KEY_ENCRYPTION_KEY: key,
  KEY_STORE_DIRECTORY: '/var/lib/auth/keys',
  KEY_ENCRYPTION_FILE: '/etc/auth/auth.key-encryption.json',
}
let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'auth config '))
})

afterEach(() => rmSync(directory, { recursive: true }))

test('a database, a key and a key store are enough', () => {
  expect(configFrom(least)).toMatchObject({
    host: '127.0.0.1',
    port: 8081,
    keyRotationSeconds: 604_800,
    accessTokenSeconds: 600,
  })
})

test('the key comes from the secrets file, when there is one', () => {
  const file = join(directory, 'auth.secrets.env')
  writeFileSync(file, `# made by start\nKEY_ENCRYPTION_KEY=${key}\n`)
  expect(
    configFrom({ ...least, KEY_ENCRYPTION_KEY: 'ignored', AUTH_SECRETS_FILE: file }).keyEncryptionKey,
  ).toEqual(Buffer.alloc(32, 7))
})

test.each([
  ['no key', { KEY_ENCRYPTION_KEY: undefined }, 'KEY_ENCRYPTION_KEY'],
  ['a short key', { KEY_ENCRYPTION_KEY: 'c2hvcnQ=' }, '32 bytes'],
  ['no secrets file', { AUTH_SECRETS_FILE: '/nowhere/auth.secrets.env' }, '/nowhere/auth.secrets.env'],
  ['no key store', { KEY_STORE_DIRECTORY: undefined }, 'KEY_STORE_DIRECTORY'],
  ['no key for its keys', { KEY_ENCRYPTION_FILE: undefined }, 'KEY_ENCRYPTION_FILE'],
  ['no database', { DATABASE_URL: undefined }, 'DATABASE_URL'],
  ['a port that is none', { PORT: '80a' }, 'PORT'],
  ['a rotation of nothing', { AUTH_KEY_ROTATION_SECONDS: '0' }, 'AUTH_KEY_ROTATION_SECONDS'],
  ['a gateway that is no address', { GATEWAY_ADDRESSES: 'gateway.local' }, 'gateway.local'],
  ['a range that is none', { GATEWAY_ADDRESSES: '10.0.0.0/40' }, '10.0.0.0/40'],
])('%s is named, and never the key itself', (_what, changes, named) => {
  const attempt = () => configFrom({ ...least, ...changes })
  expect(attempt).toThrow(ConfigurationError)
  expect(attempt).toThrow(named)
  expect(attempt).not.toThrow('c2hvcnQ=')
})
