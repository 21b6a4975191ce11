import { BlockList, isIP } from 'node:net'
import {
  eventSettings,
  keyStoreSettings,
  type EventSettings,
  type KeyStoreSettings,
} from '@freehold/runtime/fastify'
import { ConfigurationError } from './configuration-error.js'
import { keyEncryptionKey } from './secrets.js'

/** All that can be set from outside. Times in seconds. */
export interface Config {
  readonly host: string
  readonly port: number
  readonly logLevel: string
  /** Where the URL of the database is; the file is read again when credentials rotate. */
  readonly database: { readonly url: string } | { readonly urlFile: string }
  readonly keyEncryptionKey: Buffer
  /** Signs with a new key when the signing key in the database cannot be decrypted. */
  readonly replaceUnreadableKeys: boolean
  readonly keyRotationSeconds: number
  readonly accessTokenSeconds: number
  readonly sessionIdleSeconds: number
  /** How many passwords are hashed at once, and how many wait. */
  readonly passwords: { readonly concurrency: number; readonly waiting: number }
  /** The addresses whose X-Forwarded-For is believed: the gateway's. */
  readonly gateways: BlockList
  /** The public keys of the seals of all services, which it tells; without the file it does not. */
  readonly sealKeysFile?: string
  /** How it proves itself to other services, and where they are; without it there is no feed of its events. */
  readonly identity?: EventSettings
  /** Where the keys of what is personal are. */
  readonly keyStore: KeyStoreSettings
}

const day = 86_400

/**
 * Reads the environment.
 *
 * @param env - The environment.
 * @throws FreeholdError FREEHOLD_ENVIRONMENT_INVALID when only one of the identity's two files is named, or with them no
 *   USER_URL or NOTES_URL.
 * @throws ConfigurationError when something is missing or is not what it should be.
 */
export function configFrom(env: NodeJS.ProcessEnv): Config {
  const { SEAL_KEYS_FILE: sealKeysFile } = env
  const identity = eventSettings(env, { service: 'auth-service', hears: ['user', 'notes'] })
  return {
    host: env['HOST'] ?? '127.0.0.1',
    port: wholeNumber(env, 'PORT', 8081, { min: 0, max: 65_535 }),
    logLevel: env['LOG_LEVEL'] ?? 'info',
    database: databaseFrom(env),
    keyEncryptionKey: keyEncryptionKey(env),
    replaceUnreadableKeys: env['AUTH_REPLACE_UNREADABLE_KEYS'] === 'yes',
    keyRotationSeconds: wholeNumber(env, 'AUTH_KEY_ROTATION_SECONDS', 7 * day, { min: 1, max: 365 * day }),
    accessTokenSeconds: wholeNumber(env, 'AUTH_ACCESS_TOKEN_SECONDS', 600, { min: 1, max: day }),
    sessionIdleSeconds: wholeNumber(env, 'AUTH_SESSION_IDLE_SECONDS', 30 * day, { min: 1, max: 365 * day }),
    passwords: {
      concurrency: wholeNumber(env, 'AUTH_PASSWORD_CONCURRENCY', 2, { min: 1, max: 64 }),
      waiting: wholeNumber(env, 'AUTH_PASSWORD_WAITING', 100, { min: 0, max: 10_000 }),
    },
    gateways: addressList(env['GATEWAY_ADDRESSES'] ?? '127.0.0.0/8,::1'),
    ...(sealKeysFile && { sealKeysFile }),
    ...(identity && { identity }),
    keyStore: keyStoreFrom(env),
  }
}

function keyStoreFrom(env: NodeJS.ProcessEnv): KeyStoreSettings {
  const { keyStore, problems } = keyStoreSettings(env)
  if (keyStore !== undefined) return keyStore
  throw new ConfigurationError(problems.join(' '), 'Set both; `freehold apply` makes the file.')
}

function databaseFrom(env: NodeJS.ProcessEnv): Config['database'] {
  const { DATABASE_URL_FILE: urlFile, DATABASE_URL: url } = env
  if (urlFile !== undefined) return { urlFile }
  if (url !== undefined) return { url }
  throw new ConfigurationError(
    'There is no database to connect to.',
    'Set DATABASE_URL_FILE, or DATABASE_URL.',
  )
}

function wholeNumber(
  env: NodeJS.ProcessEnv,
  name: string,
  byDefault: number,
  range: { min: number; max: number },
): number {
  const text = env[name]
  if (text === undefined || text === '') return byDefault
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= range.min && number <= range.max) return number
  throw new ConfigurationError(
    `${name} is not a number that can be used: ${text}.`,
    `Use a whole number from ${range.min} to ${range.max}.`,
  )
}

function addressList(text: string): BlockList {
  const list = new BlockList()
  for (const entry of text.split(',').map((part) => part.trim())) {
    const [address = '', prefix] = entry.split('/')
    const family = isIP(address)
    const bits = prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix)
    if (family === 0 || !Number.isInteger(bits) || bits < 0 || bits > (family === 6 ? 128 : 32)) {
      throw new ConfigurationError(
        `GATEWAY_ADDRESSES holds something that is no address: ${entry}.`,
        'List addresses or CIDR ranges, with commas between them.',
      )
    }
    list.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
