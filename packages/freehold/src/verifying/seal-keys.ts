import { readFile } from 'node:fs/promises'
import { FreeholdError } from '@freehold/manifest/errors'
import { readVerifier, type NoteVerifier } from '@freehold/proof'
import type { CredentialStore } from '../credentials/store.js'

/**
 * The keys that seals were signed with, of all services and times.
 *
 * @throws FreeholdError `FREEHOLD_SEAL_KEY_UNREADABLE` when there are none.
 */
export async function sealKeys({ identities }: Pick<CredentialStore, 'identities'>): Promise<NoteVerifier[]> {
  const lines = (await identities?.readSealKeys()) ?? []
  return keysIn(lines, identities?.sealKeysPath ?? 'the credentials')
}

/**
 * The keys in a file of somebody who has nothing else of the system.
 *
 * @throws FreeholdError `FREEHOLD_SEAL_KEY_UNREADABLE` when it cannot be read, or holds none.
 */
export async function sealKeysIn(file: string): Promise<NoteVerifier[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw unreadable(`${file} cannot be read`, cause)
  })
  return keysIn(
    text.split('\n').filter((line) => line !== ''),
    file,
  )
}

function keysIn(lines: readonly string[], where: string): NoteVerifier[] {
  if (lines.length === 0) throw unreadable(`There are no keys to verify seals with in ${where}`)
  return lines.map((line) => {
    try {
      return readVerifier(line)
    } catch (cause) {
      throw unreadable(`${where} holds a line that is no key`, cause)
    }
  })
}

function unreadable(what: string, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_SEAL_KEY_UNREADABLE', {
    message: `${what}.`,
    fix: 'Run `freehold apply`, which collects the keys of all services, or bring the file back from where it was kept.',
    cause,
  })
}
