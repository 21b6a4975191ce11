import { unreadable, wrong } from './refusals.js'
import { originOf, readCheckpoint, type Checkpoint } from './checkpoint.js'
import { hashBytes, leafHash } from './merkle/hash.js'
import { includes } from './merkle/verify.js'
import { fromBase64 } from './notes/base64.js'
import type { NoteVerifier } from './notes/note-key.js'
import { openNote } from './notes/signed-note.js'
import { rowBytes } from './rows/row-bytes.js'
import { segmentHash, type SegmentStatement } from './segment-statement.js'

/** That a row is at a position of a log, as plain JSON: hashes are in base64, values as they are hashed. */
export interface RowProof {
  readonly freehold: 'row-proof.v1'
  readonly service: string
  readonly log: string
  readonly position: number
  /** The row, by its columns. */
  readonly row: Readonly<Record<string, string | null>>
  readonly segment: {
    readonly number: number
    readonly epoch: string
    readonly firstPosition: number
    readonly rows: number
    readonly columns: readonly string[]
    readonly root: string
    readonly previous: string
  }
  /** From the row to the root of its segment. */
  readonly rowPath: readonly string[]
  /** From the segment to the root of the checkpoint. */
  readonly segmentPath: readonly string[]
  /** A signed note. */
  readonly checkpoint: string
}

/** What a proof of a row is made of. */
interface RowProofParts {
  readonly position: number
  readonly statement: SegmentStatement
  /** The values of the row, in the order of the statement's columns. */
  readonly values: readonly (string | null)[]
  /** From the row to the root of its segment. */
  readonly rowPath: readonly Uint8Array[]
  /** From the segment to the root of the checkpoint. */
  readonly segmentPath: readonly Uint8Array[]
  readonly checkpoint: string
}

/** Makes the proof of a row. */
export function rowProof(parts: RowProofParts): RowProof {
  const { position, statement, values, rowPath, segmentPath, checkpoint } = parts
  const { service, log, segment, epoch, firstPosition, rows, columns, root, previous } = statement
  return {
    freehold: 'row-proof.v1',
    service,
    log,
    position,
    row: Object.fromEntries(columns.map((name, i) => [name, values[i] ?? null])),
    segment: {
      number: segment,
      epoch,
      firstPosition,
      rows,
      columns,
      root: text(root),
      previous: text(previous),
    },
    rowPath: rowPath.map(text),
    segmentPath: segmentPath.map(text),
    checkpoint,
  }
}

/**
 * Verifies that a row is at a position of a log, with nothing but the proof and the keys of who may have signed it.
 *
 * @returns The checkpoint that it holds under.
 * @throws FreeholdError `FREEHOLD_PROOF_UNREADABLE` when it is no proof, `FREEHOLD_PROOF_WRONG` when it shows something else.
 */
export function verifyRowProof(proof: unknown, keys: readonly NoteVerifier[]): Checkpoint {
  const { service, log, position, row, segment, rowPath, segmentPath, checkpoint } = readRowProof(proof)
  const { number, epoch, firstPosition, rows, columns, root, previous } = segment
  const { text: note, signers } = openNote(checkpoint, keys)
  const head = readCheckpoint(note)
  if (originOf(head) !== originOf({ service, log }))
    throw wrong('The proof', `its checkpoint is of ${originOf(head)}`)
  if (!signers.some(({ name }) => name === service))
    throw wrong('The proof', `its checkpoint is not signed by "${service}"`)
  if (Object.keys(row).length !== columns.length)
    throw wrong('The proof', 'its row has other columns than its segment')
  const values = columns.map((name) => {
    const value = Object.hasOwn(row, name) ? row[name] : undefined
    if (value === undefined) throw wrong('The proof', `its row has no ${name}`)
    return value
  })
  const leaf = leafHash(rowBytes(values))
  if (!includes({ size: rows, root: bytes(root) }, position - firstPosition, leaf, rowPath.map(bytes)))
    throw wrong('The proof', 'the row is not in the segment at this position')
  const statement = { service, log, segment: number, epoch, firstPosition, rows, columns }
  const hash = segmentHash({ ...statement, root: bytes(root), previous: bytes(previous) })
  if (!includes(head, number - 1, hash, segmentPath.map(bytes)))
    throw wrong('The proof', 'the segment is not in the log')
  return head
}

function readRowProof(value: unknown): RowProof {
  const proof = record(value)
  const segment = record(proof['segment'])
  const row = record(proof['row'])
  const texts = [
    proof['service'],
    proof['log'],
    proof['checkpoint'],
    segment['epoch'],
    segment['root'],
    segment['previous'],
  ]
  const numbers = [proof['position'], segment['number'], segment['firstPosition'], segment['rows']]
  const lists = [proof['rowPath'], proof['segmentPath'], segment['columns']]
  const isWhole =
    proof['freehold'] === 'row-proof.v1' &&
    texts.every((text) => typeof text === 'string') &&
    numbers.every((number) => Number.isSafeInteger(number)) &&
    lists.every((list) => Array.isArray(list) && list.every((item) => typeof item === 'string')) &&
    Object.values(row).every((text) => text === null || typeof text === 'string')
  if (!isWhole) throw unreadable('A proof', 'it is not what `row-proof.v1` is made of')
  return value as RowProof
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unreadable('A proof', 'it is not a JSON object')
  return value as Readonly<Record<string, unknown>>
}

function text(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64')
}

function bytes(encoded: string): Buffer {
  const found = fromBase64(encoded)
  if (found?.length !== hashBytes)
    throw unreadable('A proof', `"${encoded.slice(0, 60)}" is no hash in base64`)
  return found
}
