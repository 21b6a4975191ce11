import { FreeholdError } from '@freehold/manifest/errors'
import { leafHash } from './merkle/hash.js'
import { PartialTree } from './merkle/partial-tree.js'
import { rootOf } from './merkle/tree.js'
import { rowProof, type RowProof } from './row-proof.js'
import { rowFields } from './rows/row-bytes.js'
import type { SegmentStatement } from './segment-statement.js'

/** A segment that was signed, with its rows: each of them can be proven. */
export class SignedSegment {
  readonly #statement: SegmentStatement
  readonly #rows: readonly Buffer[]
  readonly #tree: PartialTree

  /**
   * @param statement - What was signed of it.
   * @param rows - The bytes of its rows as they are now, see `rowBytes`, in the order of their positions.
   * @throws FreeholdError `FREEHOLD_SEAL_BROKEN` when they are not those that were sealed.
   */
  constructor(statement: SegmentStatement, rows: readonly Buffer[]) {
    const leaves = rows.map(leafHash)
    if (leaves.length !== statement.rows || !rootOf(leaves).equals(statement.root)) throw broken(statement)
    this.#statement = statement
    this.#rows = rows
    this.#tree = new PartialTree(
      leaves.length,
      leaves.map((hash, number) => ({ height: 0, number, hash })),
    )
  }

  /**
   * Proves one of its rows.
   *
   * @param position - In the log.
   * @param segmentPath - From the segment to the root of the checkpoint.
   * @param checkpoint - A signed note.
   * @throws RangeError when it has no such position.
   */
  proof(position: number, segmentPath: readonly Uint8Array[], checkpoint: string): RowProof {
    const index = position - this.#statement.firstPosition
    const rowPath = this.#tree.path(index)
    const values = rowFields(this.#rows[index] ?? Buffer.alloc(0)).map((field) => field?.toString() ?? null)
    return rowProof({ position, statement: this.#statement, values, rowPath, segmentPath, checkpoint })
  }
}

function broken({ service, log, segment }: SegmentStatement): FreeholdError {
  return new FreeholdError('FREEHOLD_SEAL_BROKEN', {
    message: `Segment ${segment} of "${service}.${log}" is not as it was sealed: nothing in it can be proven.`,
    details: { service, log, segment },
  })
}
