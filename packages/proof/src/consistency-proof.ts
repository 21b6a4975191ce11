import { unreadable, wrong } from './refusals.js'
import { originOf, readCheckpoint, type Checkpoint } from './checkpoint.js'
import { consistencyPath, type Hashes } from './merkle/tree.js'
import { goesOn } from './merkle/verify.js'
import { fromBase64 } from './notes/base64.js'
import type { NoteVerifier } from './notes/note-key.js'
import { openNote } from './notes/signed-note.js'

/** That a log goes on from what it was: nothing of it was changed between two checkpoints. As plain JSON. */
export interface ConsistencyProof {
  readonly freehold: 'consistency-proof.v1'
  readonly earlier: string
  readonly later: string
  /** Hashes in base64. */
  readonly path: readonly string[]
}

/**
 * Makes the proof that one checkpoint goes on from another.
 *
 * @param hashes - Of the segments of the later one.
 * @param size - Of the earlier one.
 */
export function consistencyProof(
  earlier: string,
  later: string,
  hashes: Hashes,
  size: number,
): ConsistencyProof {
  const path = consistencyPath(hashes, size).map((hash) => hash.toString('base64'))
  return { freehold: 'consistency-proof.v1', earlier, later, path }
}

/**
 * Verifies that a log goes on from an earlier checkpoint to a later one.
 *
 * @returns Both.
 * @throws FreeholdError `FREEHOLD_PROOF_UNREADABLE` when it is no proof, `FREEHOLD_PROOF_WRONG` when it does not hold.
 */
export function verifyConsistencyProof(
  proof: unknown,
  keys: readonly NoteVerifier[],
): { readonly earlier: Checkpoint; readonly later: Checkpoint } {
  const { earlier: first, later: second, path } = readConsistencyProof(proof)
  const earlier = readCheckpoint(openNote(first, keys).text)
  const later = readCheckpoint(openNote(second, keys).text)
  if (originOf(earlier) !== originOf(later))
    throw wrong('The proof', `one checkpoint is of ${originOf(earlier)}, the other of ${originOf(later)}`)
  const hashes = path.map((encoded) => fromBase64(encoded) ?? Buffer.alloc(0))
  if (!goesOn(earlier, later, hashes))
    throw wrong('The proof', 'the later checkpoint does not go on from the earlier one')
  return { earlier, later }
}

function readConsistencyProof(value: unknown): ConsistencyProof {
  const { freehold, earlier, later, path } = (value ?? {}) as Readonly<Record<string, unknown>>
  const isWhole =
    freehold === 'consistency-proof.v1' &&
    typeof earlier === 'string' &&
    typeof later === 'string' &&
    Array.isArray(path) &&
    path.every((item) => typeof item === 'string')
  if (isWhole) return value as ConsistencyProof
  throw unreadable('A proof', 'it is not what `consistency-proof.v1` is made of')
}
