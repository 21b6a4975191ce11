import { FreeholdError } from '@freehold/manifest/errors'
import { identityFiles, type IdentityFiles } from './identity-files.js'
import { keyStoreSettings, type KeyStoreSettings } from './key-store-settings.js'
import { publishersIn } from './publishers.js'

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** How much goes into the log. */
export type LogLevel = (typeof logLevels)[number]

/** What the environment tells a service. */
export interface ServiceSettings {
  readonly host: string
  readonly port: number
  /** Where the database is: a URL, or a file that holds it and may change. Fits `connect()`. */
  readonly database: { readonly url: string } | { readonly urlFile: string }
  /** Where the service is that signs access tokens. */
  readonly authUrl: string
  readonly logLevel: LogLevel
  /** How it proves itself to other services; absent when it takes no part in the exchange of events. */
  readonly identity?: IdentityFiles
  /** Where the services are whose events it hears, by their names. */
  readonly publishers: Readonly<Record<string, string>>
  /** Where the keys of what is personal are; absent in a service that keeps nothing personal. */
  readonly keyStore?: KeyStoreSettings
}

/** Whose settings they are. */
export interface ServiceSettingsOptions {
  /** The name that errors begin with, for instance `notes-service`. */
  readonly service: string
  /** Where it listens when PORT is not set. */
  readonly defaultPort: number
  /** The names of the services whose events it hears: their addresses are asked for. */
  readonly hears?: readonly string[]
  /** Whether it keeps anything personal: its key store must be set then. */
  readonly isPersonal?: boolean
}

/** The settings of a service that keeps something personal. */
export type PersonalServiceSettings = ServiceSettings & { readonly keyStore: KeyStoreSettings }

/**
 * Reads HOST, PORT, DATABASE_URL_FILE or DATABASE_URL, AUTH_URL, LOG_LEVEL, SERVICE_IDENTITY_FILE with SERVICE_KEYS_FILE,
 * <NAME>_URL of each service that is heard, KEY_STORE_DIRECTORY and KEY_ENCRYPTION_FILE. The database must be set, with an
 * identity those URLs, and the key store where something personal is kept.
 *
 * @param env - The environment, usually `process.env`.
 * @param options - Whose settings they are.
 * @throws FreeholdError FREEHOLD_ENVIRONMENT_INVALID with everything that is wrong, one sentence each; also in
 * `details.problems`. Values are left out, because one may be a password.
 */
export function serviceSettings(
  env: Readonly<Record<string, string | undefined>>,
  options: ServiceSettingsOptions & { readonly isPersonal: true },
): PersonalServiceSettings
export function serviceSettings(
  env: Readonly<Record<string, string | undefined>>,
  options: ServiceSettingsOptions,
): ServiceSettings
export function serviceSettings(
  env: Readonly<Record<string, string | undefined>>,
  { service, defaultPort, hears = [], isPersonal = false }: ServiceSettingsOptions,
): ServiceSettings {
  const problems: string[] = []
  const port = Number(env['PORT'] ?? defaultPort)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) problems.push('PORT is not a port.')
  const urlFile = env['DATABASE_URL_FILE']
  const url = env['DATABASE_URL']
  if (!urlFile && !url) problems.push('DATABASE_URL_FILE or DATABASE_URL must say where the database is.')
  const authUrl = env['AUTH_URL'] ?? 'http://127.0.0.1:8081'
  if (!URL.canParse(authUrl)) problems.push('AUTH_URL is not a URL.')
  const logLevel = logLevels.find((level) => level === (env['LOG_LEVEL'] ?? 'info'))
  if (!logLevel) problems.push(`LOG_LEVEL is none of ${logLevels.join(', ')}.`)
  const identity = identityFiles(env)
  problems.push(...identity.problems)
  const publishers = publishersIn(
    env,
    hears.map((name) => (name === 'auth' ? ([name, authUrl] as const) : name)),
    identity.files !== undefined,
  )
  problems.push(...publishers.problems)
  const keys = isPersonal ? keyStoreSettings(env) : { problems: [] }
  problems.push(...keys.problems)
  if (problems.length > 0 || !logLevel) {
    throw new FreeholdError('FREEHOLD_ENVIRONMENT_INVALID', {
      message: `${service} cannot start: ${problems.join(' ')}`,
      details: { problems },
    })
  }
  return {
    host: env['HOST'] ?? '127.0.0.1',
    port,
    database: urlFile ? { urlFile } : { url: url ?? '' },
    authUrl,
    logLevel,
    publishers: publishers.urls,
    ...(identity.files && { identity: identity.files }),
    ...(keys.keyStore && { keyStore: keys.keyStore }),
  }
}
