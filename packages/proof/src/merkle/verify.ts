import { nodeHash } from './hash.js'
import type { Hashes } from './tree.js'

/** A tree, of which nothing is known but how many leaves it has and its root. */
export interface TreeHead {
  readonly size: number
  readonly root: Uint8Array
}

/** Whether a path leads from a leaf to the root of a tree (RFC 9162, 2.1.3.2). */
export function includes(tree: TreeHead, index: number, leaf: Uint8Array, path: Hashes): boolean {
  if (!isIndexOf(index, tree.size)) return false
  let [node, last] = [index, tree.size - 1]
  let hash: Uint8Array = leaf
  for (const beside of path) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(beside, hash)
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)]
    } else {
      hash = nodeHash(hash, beside)
    }
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && same(hash, tree.root)
}

/** Whether a path shows that a tree has all leaves of an earlier one, and in their order (RFC 9162, 2.1.4.2). */
export function goesOn(earlier: TreeHead, later: TreeHead, path: Hashes): boolean {
  if (!isIndexOf(earlier.size - 1, later.size)) return false
  if (earlier.size === later.size) return path.length === 0 && same(earlier.root, later.root)
  let [node, last] = [earlier.size - 1, later.size - 1]
  while (node % 2 === 1) [node, last] = [half(node), half(last)]
  const [first, ...others] = node === 0 ? [earlier.root, ...path] : path
  if (first === undefined) return false
  let [before, after] = [first, first]
  for (const beside of others) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      before = nodeHash(beside, before)
      after = nodeHash(beside, after)
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)]
    } else {
      after = nodeHash(after, beside)
    }
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && same(before, earlier.root) && same(after, later.root)
}

function isIndexOf(index: number, size: number): boolean {
  return Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size
}

/** Without bit operators: sizes have more than 32 bits. */
function half(value: number): number {
  return Math.floor(value / 2)
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
