import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { ConfigurationError } from './configuration-error.js'

const howToMake = 'It is 32 random bytes in base64; make one with: openssl rand -base64 32.'

/**
 * The key that encrypts the signing keys, from AUTH_SECRETS_FILE or from KEY_ENCRYPTION_KEY.
 *
 * @param env - The environment.
 * @returns 32 bytes.
 * @throws ConfigurationError when there is none, or it is not 32 bytes in base64. The message never holds it.
 */
export function keyEncryptionKey(env: NodeJS.ProcessEnv): Buffer {
  const file = env['AUTH_SECRETS_FILE']
  const text = file === undefined ? env['KEY_ENCRYPTION_KEY'] : fromFile(file)
  const source = file ?? 'the environment'
  if (text === undefined || text === '') {
    throw new ConfigurationError(`There is no KEY_ENCRYPTION_KEY in ${source}.`, howToMake)
  }
  const key = Buffer.from(text, 'base64')
  if (key.length !== 32)
    throw new ConfigurationError(`The KEY_ENCRYPTION_KEY in ${source} is not 32 bytes.`, howToMake)
  return key
}

function fromFile(file: string): string | undefined {
  try {
    return parseEnv(readFileSync(file, 'utf8'))['KEY_ENCRYPTION_KEY']
  } catch (error) {
    throw new ConfigurationError(
      `The file that AUTH_SECRETS_FILE names cannot be read: ${file}.`,
      'Name a file that holds KEY_ENCRYPTION_KEY=….',
      error,
    )
  }
}
