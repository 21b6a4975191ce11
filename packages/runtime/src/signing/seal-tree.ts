import { GrowingTree, hashBytes, noteText, readCheckpoint, type LogName } from '@freehold/proof'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Queryable } from '../database/index.js'

/** Parts of a tree are kept at every height that is a multiple of this, see `freehold.proof_part`. */
export const keptHeights = 8

/** What a log has been signed up to. */
export interface SignedTree {
  readonly tree: GrowingTree
  /** The hash of the last segment; of zeros before the first. */
  readonly last: Buffer
  /** The last position. */
  readonly position: number
}

interface Hashed {
  readonly hash: Buffer
}

/**
 * Builds the tree of a log from what the database keeps of it, a few hundred hashes at most, and sees that it is the one
 * that was signed.
 *
 * @throws FreeholdError `FREEHOLD_SEAL_BROKEN` when the tree has another root than its last checkpoint says.
 */
export async function readTree(db: Queryable, { service, log }: LogName): Promise<SignedTree> {
  const checkpoint = await lastCheckpoint(db, { service, log })
  const tree = new GrowingTree()
  if (checkpoint === undefined) return { tree, last: Buffer.alloc(hashBytes), position: 0 }
  const { size } = checkpoint
  for (let height = heightOf(size); height > 0; height -= keptHeights)
    for (const { hash } of await partsOf(db, { service, log }, height, tree.size, size))
      tree.append(hash, height)
  const leaves = await leavesOf(db, { service, log }, tree.size, size)
  for (const { hash } of leaves) tree.append(hash)
  const { root, position } = readCheckpoint(noteText(checkpoint.note))
  if (tree.size !== size || !tree.root.equals(root)) throw broken({ service, log }, size)
  const last = leaves.at(-1)?.hash ?? (await leavesOf(db, { service, log }, size - 1, size)).at(-1)?.hash
  return { tree, last: last ?? Buffer.alloc(hashBytes), position }
}

/** The last checkpoint of a log, and of how many segments it is; undefined when nothing is signed. */
export async function lastCheckpoint(
  db: Queryable,
  { service, log }: LogName,
): Promise<{ readonly size: number; readonly note: string } | undefined> {
  const { rows } = await db.query<{ size: string; note: string }>({
    name: 'freehold.last_checkpoint',
    // By the number: "size" alone would be the text that is selected, and 9 the greatest of 9 and 10.
    text: `select c.size::text, c.note from freehold.checkpoint c
           where c.service = $1 and c.log = $2 order by c.size desc limit 1`,
    values: [service, log],
  })
  const [last] = rows
  return last && { size: Number(last.size), note: last.note }
}

/** The greatest height of kept parts that a tree of a size can have. */
function heightOf(size: number): number {
  let height = 0
  while (2 ** (height + keptHeights) <= size) height += keptHeights
  return height
}

async function partsOf(
  db: Queryable,
  { service, log }: LogName,
  height: number,
  from: number,
  to: number,
): Promise<readonly Hashed[]> {
  const leaves = 2 ** height
  const { rows } = await db.query<Hashed>({
    name: 'freehold.proof_parts',
    text: `select hash from freehold.proof_part
           where service = $1 and log = $2 and height = $3 and number >= $4 and number < $5 order by number`,
    values: [service, log, height, from / leaves, Math.floor(to / leaves)],
  })
  return rows
}

async function leavesOf(
  db: Queryable,
  { service, log }: LogName,
  from: number,
  to: number,
): Promise<readonly Hashed[]> {
  const { rows } = await db.query<Hashed>({
    name: 'freehold.segment_hashes',
    text: `select hash from freehold.segment_proof
           where service = $1 and log = $2 and number > $3 and number <= $4 order by number`,
    values: [service, log, from, to],
  })
  return rows
}

/** The error of a tree that is not the one that was signed. */
export function broken({ service, log }: LogName, size: number): FreeholdError {
  return new FreeholdError('FREEHOLD_SEAL_BROKEN', {
    message: `The tree over the first ${size} segments of "${service}.${log}" is not the one that was signed.`,
    details: { service, log, size },
  })
}
