import { FreeholdError } from '@freehold/manifest/errors'
import { publishersIn } from './publishers.js'

/** The files with which a service proves itself to others, and knows them. */
export interface IdentityFiles {
  /** Its own private key; fits `serviceIdentity()`. */
  readonly identityFile: string
  /** The public keys of all services; fits `serviceVerifier()`. */
  readonly keysFile: string
}

/** What a service needs to take part in the exchange of events. */
export interface EventSettings extends IdentityFiles {
  /** Where the services are whose events it hears, by their names. */
  readonly publishers: Readonly<Record<string, string>>
}

/**
 * Reads SERVICE_IDENTITY_FILE, SERVICE_KEYS_FILE, and <NAME>_URL of each service that is heard, for services that have
 * settings of their own. The files themselves are not looked at.
 *
 * @param env - The environment, usually `process.env`.
 * @param options - `service`: the name that an error begins with, for instance `notes-service`; `hears`: the names of the
 *   services whose events it hears.
 * @returns Undefined when neither file is set: the service then takes no part in the exchange of events.
 * @throws FreeholdError FREEHOLD_ENVIRONMENT_INVALID when only one of the two is set, or a URL is missing beside them.
 */
export function eventSettings(
  env: Readonly<Record<string, string | undefined>>,
  { service, hears = [] }: { readonly service: string; readonly hears?: readonly string[] },
): EventSettings | undefined {
  const identity = identityFiles(env)
  const publishers = publishersIn(env, hears, identity.files !== undefined)
  const problems = [...identity.problems, ...publishers.problems]
  if (problems.length === 0) return identity.files && { ...identity.files, publishers: publishers.urls }
  throw new FreeholdError('FREEHOLD_ENVIRONMENT_INVALID', {
    message: `${service} cannot start: ${problems.join(' ')}`,
    details: { problems },
  })
}

/** The same, for settings that tell everything that is wrong at once. */
export function identityFiles(env: Readonly<Record<string, string | undefined>>): {
  readonly files?: IdentityFiles
  readonly problems: readonly string[]
} {
  const identityFile = env['SERVICE_IDENTITY_FILE']
  const keysFile = env['SERVICE_KEYS_FILE']
  if (identityFile && keysFile) return { files: { identityFile, keysFile }, problems: [] }
  if (!identityFile && !keysFile) return { problems: [] }
  return { problems: ['SERVICE_IDENTITY_FILE and SERVICE_KEYS_FILE must be set together, or not at all.'] }
}
