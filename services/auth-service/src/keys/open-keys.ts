import { ConfigurationError } from '../config/configuration-error.js'
import { UnreadableKey } from './encryption.js'
import { openKeyRing, type KeyRing, type KeyRingOptions } from './key-ring.js'

/**
 * Opens the key ring when the service starts.
 *
 * @param options - Where the keys are and how long each signs.
 * @throws ConfigurationError when KEY_ENCRYPTION_KEY is not the one the keys were encrypted with.
 */
export async function openKeys(options: KeyRingOptions): Promise<KeyRing> {
  try {
    return await openKeyRing(options)
  } catch (error) {
    if (!(error instanceof UnreadableKey)) throw error
    throw new ConfigurationError(
      error.message,
      'Put back the KEY_ENCRYPTION_KEY that was used before. If it is lost for good, start once with AUTH_REPLACE_UNREADABLE_KEYS=yes: a new key signs from then on, and tokens that were issued stay good.',
      error,
    )
  }
}
