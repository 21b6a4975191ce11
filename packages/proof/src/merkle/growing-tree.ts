import { emptyRoot, hashBytes, nodeHash } from './hash.js'

/** A complete part of a tree that others need not look into: all leaves from `number × 2^height` on, `2^height` of them. */
export interface CompletePart {
  readonly height: number
  readonly number: number
  readonly hash: Buffer
}

/**
 * A tree that only grows, of which no more is kept than the roots of its greatest complete parts: one for each bit of
 * its size. It is what a signer must know to sign the next root.
 */
export class GrowingTree {
  readonly #parts: { height: number; hash: Buffer }[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  get root(): Buffer {
    const [last, ...others] = this.#parts.toReversed()
    if (last === undefined) return emptyRoot
    return others.reduce((right, { hash }) => nodeHash(hash, right), last.hash)
  }

  /**
   * Adds the hash of a leaf, or of a complete part that is known from before.
   *
   * @param hash - Of 32 bytes.
   * @param height - How high the part is: 0 for a leaf. What is there already must be of parts as high, or higher.
   * @returns The parts that it completes, lowest first; the leaf or part itself is none.
   * @throws RangeError when it is no hash, or does not fit behind what is there.
   */
  append(hash: Buffer, height = 0): CompletePart[] {
    if (hash.length !== hashBytes) throw new RangeError(`a hash has ${hashBytes} bytes, not ${hash.length}`)
    if (this.#size % 2 ** height !== 0)
      throw new RangeError(`a part of height ${height} does not come after ${this.#size} leaves`)
    const completed: CompletePart[] = []
    let part = { height, hash }
    this.#size += 2 ** height
    for (let last = this.#parts.at(-1); last?.height === part.height; last = this.#parts.at(-1)) {
      this.#parts.pop()
      part = { height: part.height + 1, hash: nodeHash(last.hash, part.hash) }
      completed.push({ ...part, number: this.#size / 2 ** part.height - 1 })
    }
    this.#parts.push(part)
    return completed
  }
}
