import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceDurably } from './durable-file.js'
import type { ForgottenLedger } from './forgotten-ledger.js'
import type { KeyEncryption } from './key-encryption.js'
import type { KeyFiles } from './key-files.js'
import { unavailable } from './unavailable.js'

/** The parts of a store whose keys are wrapped anew. */
interface Wrapped {
  readonly directory: string
  readonly files: KeyFiles
  readonly encryption: KeyEncryption
  readonly ledger: ForgottenLedger
}

/**
 * Wraps with the newest key-encryption key what another has wrapped. Of several processes that begin at once each does it:
 * the work is the same, and each file is replaced in one step.
 *
 * @throws FreeholdError `FREEHOLD_KEY_STORE_UNREADABLE` when the key of somebody who was not forgotten does not unwrap.
 */
export async function wrapAnew({ directory, files, encryption, ledger }: Wrapped): Promise<void> {
  const path = join(directory, 'wrapped-by')
  const by = await readFile(path, 'utf8').catch(() => undefined)
  const { current, isCurrent } = encryption
  if (by !== undefined && (by !== current || isCurrent !== undefined))
    await files.rewrap(async (wrapped, context) => {
      if (isCurrent?.(wrapped) === true) return undefined
      try {
        return await encryption.wrap(await encryption.unwrap(wrapped, context), context)
      } catch (error) {
        // Another process overwrites the key of somebody whom it forgets.
        if (files.among(ledger.all())(context)) return undefined
        throw error
      }
    })
  if (by === current) return
  try {
    await replaceDurably(path, current)
  } catch (cause) {
    throw unavailable(path, 'cannot be written', cause)
  }
}
