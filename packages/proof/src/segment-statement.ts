import { FreeholdError } from '@freehold/manifest/errors'
import type { LogName } from './checkpoint.js'
import { leafHash } from './merkle/hash.js'

/** What is said of a segment by the tree of its log. */
export interface SegmentStatement extends LogName {
  /** From 1. */
  readonly segment: number
  readonly epoch: string
  readonly firstPosition: number
  readonly rows: number
  /** The names of the columns that are in its rows' hashes, sorted by their bytes. */
  readonly columns: readonly string[]
  /** The root of the tree over its rows. */
  readonly root: Uint8Array
  /** The hash of the segment before; of zeros for the first. */
  readonly previous: Uint8Array
}

/**
 * The text whose hash is the leaf of a segment in the tree of its log. `row.v1` is how rows are written, see `rowBytes`;
 * another way would have another name, so that what is sealed stays as it is.
 */
export function segmentText(statement: SegmentStatement): string {
  const { service, log, segment, epoch, firstPosition, rows, columns, root, previous } = statement
  return [
    'freehold segment.v1 row.v1',
    `log ${service}/${log}`,
    `segment ${segment}`,
    `epoch ${epoch}`,
    `positions ${firstPosition} ${firstPosition + rows - 1}`,
    `columns ${JSON.stringify(columns)}`,
    `root ${Buffer.from(root).toString('base64')}`,
    `previous ${Buffer.from(previous).toString('base64')}`,
    '',
  ].join('\n')
}

/** The leaf of a segment in the tree of its log. */
export function segmentHash(statement: SegmentStatement): Buffer {
  return leafHash(Buffer.from(segmentText(statement)))
}

/**
 * Puts columns into the order in which a row is written.
 *
 * @throws FreeholdError `FREEHOLD_PROOF_UNREADABLE` when one is there twice.
 */
export function inOrder(columns: readonly string[]): string[] {
  const sorted = [...columns].toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const twice = sorted.find((name, i) => name === sorted[i + 1])
  if (twice === undefined) return sorted
  throw new FreeholdError('FREEHOLD_PROOF_UNREADABLE', { message: `The column "${twice}" is there twice.` })
}
