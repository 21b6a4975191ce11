import { hash } from 'node:crypto'

/** How many bytes a hash has. */
export const hashBytes = 32

const leafPrefix = Buffer.of(0)
const nodePrefix = 1

/** SHA-256. */
export function sha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer')
}

/** The root of a tree without leaves (RFC 9162, 2.1.1). */
export const emptyRoot: Buffer = sha256(Buffer.alloc(0))

/** The hash of a leaf: of a zero byte and its content, so that no content can pass for a node (RFC 9162, 2.1.1). */
export function leafHash(content: Uint8Array): Buffer {
  return sha256(Buffer.concat([leafPrefix, content]))
}

/** The hash of an inner node: of a one byte and the hashes of its two children. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const content = Buffer.allocUnsafe(1 + 2 * hashBytes)
  content[0] = nodePrefix
  content.set(left, 1)
  content.set(right, 1 + hashBytes)
  return sha256(content)
}
