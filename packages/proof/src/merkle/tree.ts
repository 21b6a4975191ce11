import { emptyRoot, nodeHash } from './hash.js'

/** Hashes of leaves, or of anything that a tree is built over. */
export type Hashes = readonly Uint8Array[]

/** The root of a tree over these hashes of leaves (RFC 9162, 2.1.1). */
export function rootOf(leaves: Hashes): Buffer {
  return leaves.length === 0 ? emptyRoot : subtree(leaves, 0, leaves.length)
}

/**
 * The hashes beside the way from a leaf to the root (RFC 9162, 2.1.3.1), lowest first.
 *
 * @param index - Of the leaf, from 0.
 * @throws RangeError when there is no such leaf.
 */
export function inclusionPath(leaves: Hashes, index: number): Buffer[] {
  if (!Number.isSafeInteger(index) || index < 0 || index >= leaves.length)
    throw new RangeError(`a tree of ${leaves.length} leaves has none at ${index}`)
  const path: Buffer[] = []
  let [from, to] = [0, leaves.length]
  while (to - from > 1) {
    const middle = from + largestPowerBelow(to - from)
    if (index < middle) {
      path.push(subtree(leaves, middle, to))
      to = middle
    } else {
      path.push(subtree(leaves, from, middle))
      from = middle
    }
  }
  return path.toReversed()
}

/**
 * What shows that a tree goes on from an earlier one (RFC 9162, 2.1.4.1).
 *
 * @param earlier - How many leaves the earlier tree had.
 * @throws RangeError when the earlier tree was none, or greater.
 */
export function consistencyPath(leaves: Hashes, earlier: number): Buffer[] {
  if (!Number.isSafeInteger(earlier) || earlier < 1 || earlier > leaves.length)
    throw new RangeError(`a tree of ${leaves.length} leaves does not go on from one of ${earlier}`)
  const path: Buffer[] = []
  let [from, to] = [0, leaves.length]
  let size = earlier
  while (size < to - from) {
    const half = largestPowerBelow(to - from)
    const middle = from + half
    if (size <= half) {
      path.push(subtree(leaves, middle, to))
      to = middle
    } else {
      path.push(subtree(leaves, from, middle))
      size -= half
      from = middle
    }
  }
  // The earlier tree itself is known to whoever asks; a part of it is not.
  if (from > 0) path.push(subtree(leaves, from, to))
  return path.toReversed()
}

function subtree(leaves: Hashes, from: number, to: number): Buffer {
  let level = leaves.slice(from, to)
  while (level.length > 1) {
    const above: Uint8Array[] = []
    for (let i = 0; i + 1 < level.length; i += 2) above.push(nodeHash(at(level, i), at(level, i + 1)))
    // An odd one out goes up as it is, which is the same tree as splitting at the greatest power of two.
    if (level.length % 2 === 1) above.push(at(level, level.length - 1))
    level = above
  }
  return Buffer.from(at(level, 0))
}

function at(hashes: Hashes, index: number): Uint8Array {
  const found = hashes[index]
  if (found === undefined) throw new RangeError(`no hash at ${index}`)
  return found
}

/** The greatest power of two below a size that is two or more. */
function largestPowerBelow(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}
