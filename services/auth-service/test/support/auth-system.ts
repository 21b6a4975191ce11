import { fileURLToPath } from 'node:url'
import { connect, type Database } from '@freehold/runtime'
import { temporaryKeyStore } from '@freehold/runtime/keys'
import { kyselyFor } from '@freehold/runtime/kysely'
import type { KeyStore as PersonalKeys } from '@freehold/runtime/personal'
import type { FastifyInstance } from 'fastify'
import { systemTemplates } from 'freehold/testing'
import { inject } from 'vitest'
import system from '../../../../freehold.config.js'
import { buildApp } from '../../src/app.js'
import { configFrom } from '../../src/config/config.js'
import { openKeyRing, type KeyRing } from '../../src/keys/key-ring.js'
import { keyStore, type KeyStore } from '../../src/keys/key-store.js'
import type { Schedule } from '../../src/keys/schedule.js'
import { argon2Passwords, type Passwords } from '../../src/passwords/passwords.js'
import type { Tables } from '../../src/tables.js'
import { accessTokens } from '../../src/tokens/access-tokens.js'

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const day = 86_400_000

/** A database of the auth-service that nobody else uses. */
export interface AuthDatabase {
  /** The URL that the service logs in with. */
  readonly url: string
  /** A superuser's connections, for looking and for breaking. */
  readonly admin: Database
  drop(): Promise<void>
}

/** The service in this process. */
export interface AuthInstance {
  readonly app: FastifyInstance
  readonly keys: KeyRing
  readonly store: KeyStore
  readonly schedule: Schedule
  readonly encryptionKey: Buffer
  /** The service's own connections. */
  readonly database: Database
  /** The keys of what is personal. */
  readonly personalKeys: PersonalKeys
  /** Turns the clock on by milliseconds. */
  advance(by: number): void
  now(): number
  close(): Promise<void>
}

/** The service in this process, on a database of its own. */
export interface AuthSystem extends AuthInstance {
  readonly admin: Database
}

/** How the service under test differs from the usual one. */
export interface AuthSystemOptions {
  /** The file of the public keys of seals; one that is not there when absent. */
  readonly sealKeysFile?: string
  readonly passwords?: { readonly concurrency: number; readonly waiting: number }
  /** Called when a password was found to be right or wrong, before anybody is told. */
  readonly afterCheck?: () => Promise<void>
}

/** Makes a database. */
export async function authDatabase(): Promise<AuthDatabase> {
  const templates = await systemTemplates({ adminUrl: inject('serverUrl'), system, root })
  const databases = await templates.clone()
  const admin = connect({
    url: databases.adminUrl('auth'),
    applicationName: 'auth-service test admin',
    max: 2,
  })
  return {
    url: databases.appUrl('auth'),
    admin,
    async drop() {
      await admin.close()
      await databases.drop()
    },
  }
}

/** Starts the service on a database. */
export async function authInstance(url: string, options: AuthSystemOptions = {}): Promise<AuthInstance> {
  const personal = await temporaryKeyStore('auth')
  const database = connect({ url, applicationName: 'auth-service test', keys: personal.keys })
  const kysely = kyselyFor<Tables>(database)
  let ahead = 0
  const now = () => Date.now() + ahead
  const encryptionKey = Buffer.alloc(32, 'k')
  const schedule = { every: 7 * day, lead: 600_000, keep: 660_000 }
  const store = keyStore(database, kysely, encryptionKey)
  const keys = await openKeyRing({ store, encryptionKey, schedule, now })
  const app = await buildApp({
    logger: false,
    database,
    kysely,
    keys,
    passwords: await passwordsOf(options),
    tokens: accessTokens(keys, 600, now),
    sessionIdle: 30 * day,
    keySetMaxAge: 300,
    sealKeysFile: options.sealKeysFile ?? '/nowhere/services.seal-keys',
    gateways: configFrom({
      DATABASE_URL: url,
      KEY_ENCRYPTION_KEY: encryptionKey.toString('base64'),
      KEY_STORE_DIRECTORY: personal.directory,
      KEY_ENCRYPTION_FILE: personal.encryption,
    }).gateways,
    now,
  })
  await app.ready()
  return {
    app,
    keys,
    store,
    schedule,
    encryptionKey,
    database,
    personalKeys: personal.keys,
    now,
    advance: (by) => void (ahead += by),
    async close() {
      await app.close()
      await database.close()
      await personal.remove()
    },
  }
}

/** Makes a database and starts the service on it. */
export async function authSystem(options: AuthSystemOptions = {}): Promise<AuthSystem> {
  const database = await authDatabase()
  const instance = await authInstance(database.url, options)
  return {
    ...instance,
    admin: database.admin,
    async close() {
      await instance.close()
      await database.drop()
    },
  }
}

async function passwordsOf({ passwords, afterCheck }: AuthSystemOptions): Promise<Passwords> {
  const real = await argon2Passwords(passwords)
  return {
    hash: real.hash,
    async matches(password, hashed) {
      const same = await real.matches(password, hashed)
      await afterCheck?.()
      return same
    },
  }
}
