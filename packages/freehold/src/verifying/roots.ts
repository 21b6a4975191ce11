import { GrowingTree } from '@freehold/proof'

/** Roots of the tree at every size that is asked for, in one pass. */
export class Roots {
  readonly #hashes: readonly Buffer[]
  readonly #known = new Map<number, Buffer>()

  constructor(hashes: readonly Buffer[]) {
    this.#hashes = hashes
  }

  get size(): number {
    return this.#hashes.length
  }

  /** Prepares roots: it is quicker for many at once. */
  learn(sizes: Iterable<number>): void {
    const wanted = new Set(sizes)
    const tree = new GrowingTree()
    if (wanted.has(0)) this.#known.set(0, tree.root)
    for (const hash of this.#hashes) {
      tree.append(hash)
      if (wanted.has(tree.size)) this.#known.set(tree.size, tree.root)
    }
  }

  /** @throws RangeError when the tree is not so large. */
  at(size: number): Buffer {
    if (!this.#known.has(size)) this.learn([size])
    const root = this.#known.get(size)
    if (root === undefined) throw new RangeError(`the tree has ${this.size} leaves, not ${size}`)
    return root
  }
}
