import { noteSigner, type NoteSigner } from '@freehold/proof'
import { ownKey } from '../identity/keys.js'
import { watchedFile } from '../identity/watched-file.js'

/** Whose key it is, and where. */
export interface SealKeyOptions {
  /** The service's name in the manifest. */
  readonly service: string
  /** The file that `freehold apply` made: `<service>.identity.json`. It may be replaced at any time. */
  readonly identityFile: string
}

/**
 * The key with which a service signs its seals: the one with which it proves itself to other services. What is signed
 * for the one use cannot be taken for the other, as a checkpoint begins with the name of a log and has lines.
 *
 * @returns Gives the key as it is now.
 * @throws FreeholdError `FREEHOLD_SERVICE_IDENTITY_UNREADABLE` when the file is missing, damaged, or another service's;
 *   at once, and when the key is asked for.
 */
export function sealKey({ service, identityFile }: SealKeyOptions): () => NoteSigner {
  const file = watchedFile(identityFile, (json) => {
    ownKey(json, identityFile, service)
    const { x, d } = json as { x: string; d: string }
    return noteSigner(service, { x, d })
  })
  return () => file.current()
}
