import { readFile } from 'node:fs/promises'
import { FreeholdError } from '@freehold/manifest/errors'
import { readVerifier } from '@freehold/proof'

/**
 * The public keys that seals were signed with, of all services and times, a line each, as whoever checks a proof needs
 * them.
 *
 * @param file - What `freehold apply` made: `services.seal-keys`. It is read each time, because it grows.
 * @throws FreeholdError `FREEHOLD_SEAL_KEY_UNREADABLE` when it cannot be read, or holds something else.
 */
export async function publicSealKeys(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw unreadable(`${file} cannot be read`, cause)
  })
  for (const line of text.split('\n').filter((each) => each !== '')) {
    try {
      readVerifier(line)
    } catch (cause) {
      // The line is not told: somebody may have put a secret there.
      throw unreadable(`${file} holds a line that is no public key of a service`, cause)
    }
  }
  return text
}

function unreadable(what: string, cause: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_SEAL_KEY_UNREADABLE', {
    message: `${what}.`,
    fix: 'Run `freehold apply`, which collects the keys of all services, or bring the file back from where it was kept.',
    cause,
  })
}
