import { readFile } from 'node:fs/promises'
import { FreeholdError } from '@freehold/manifest/errors'

/**
 * The text of a file that is to hold a proof or a checkpoint.
 *
 * @throws FreeholdError `FREEHOLD_PROOF_UNREADABLE` when it cannot be read.
 */
export async function readProofFile(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new FreeholdError('FREEHOLD_PROOF_UNREADABLE', {
      message: `${file} cannot be read.`,
      details: { file },
      cause,
    })
  })
}
