import { FreeholdError } from '@freehold/manifest/errors'

/** The files with which a service proves itself to others, and knows them. */
export interface IdentityFiles {
  /** Its own private key; fits `serviceIdentity()`. */
  readonly identityFile: string
  /** The public keys of all services; fits `serviceVerifier()`. */
  readonly keysFile: string
}

/**
 * Reads SERVICE_IDENTITY_FILE and SERVICE_KEYS_FILE, for services that have settings of their own. The files
 * themselves are not looked at.
 *
 * @param env - The environment, usually `process.env`.
 * @param options - The name that an error begins with, for instance `notes-service`.
 * @returns Undefined when neither is set: the service then takes no part in the exchange of events.
 * @throws FreeholdError FREEHOLD_ENVIRONMENT_INVALID when only one of the two is set.
 */
export function eventSettings(
  env: Readonly<Record<string, string | undefined>>,
  { service }: { readonly service: string },
): IdentityFiles | undefined {
  const { files, problems } = identityFiles(env)
  if (problems.length === 0) return files
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
