import { nodeHash } from './hash.js'
import type { CompletePart } from './growing-tree.js'

/** Complete parts of one height that follow one another: their numbers, both ends included. */
export interface PartRun {
  readonly height: number
  readonly first: number
  readonly last: number
}

/**
 * What must be known of a tree to lead from some of its leaves to its root, where complete parts are kept at every
 * height that is a multiple of `step`: for each leaf fewer than 2^step hashes a height, however large the tree is.
 *
 * @param size - How many leaves the tree has.
 * @param indexes - Of the leaves, from 0. They themselves are not needed, unless for each other.
 */
export function partsBeside(size: number, indexes: Iterable<number>, step: number): PartRun[] {
  const needed = new Map<number, Set<number>>()
  const seen = new Map<number, Set<number>>()
  const need = (height: number, number: number): void => {
    if (!added(seen, height, number)) return
    if (height % step === 0 && isComplete(size, height, number)) {
      added(needed, height, number)
      return
    }
    for (const child of childrenOf(size, height, number)) need(height - 1, child)
  }
  for (const index of indexes)
    for (const { height, number } of placesBeside(size, index)) need(height, number)
  return [...needed].flatMap(([height, numbers]) => runsOf(height, numbers))
}

/** A tree of which only some parts are known: enough of them lead from a leaf to its root. */
export class PartialTree {
  readonly #size: number
  readonly #known = new Map<number, Map<number, Buffer>>()

  /** @param parts - What is known: leaves have the height 0, and the numbers of their places. */
  constructor(size: number, parts: Iterable<CompletePart>) {
    this.#size = size
    for (const { height, number, hash } of parts) this.#keep(height, number, hash)
  }

  /**
   * The hashes beside the way from a leaf to the root (RFC 9162, 2.1.3.1), lowest first.
   *
   * @param index - Of the leaf, from 0.
   * @throws RangeError when there is no such leaf, or too little is known.
   */
  path(index: number): Buffer[] {
    return placesBeside(this.#size, index).map(({ height, number }) => this.#hash(height, number))
  }

  #hash(height: number, number: number): Buffer {
    const known = this.#known.get(height)?.get(number)
    if (known !== undefined) return known
    if (height === 0) throw new RangeError(`the leaf ${number} of ${this.#size} is not known`)
    const [left, right] = childrenOf(this.#size, height, number).map((child) => this.#hash(height - 1, child))
    if (left === undefined) throw new RangeError(`there is no part ${number} of height ${height}`)
    // An odd one out goes up as it is.
    return this.#keep(height, number, right === undefined ? left : nodeHash(left, right))
  }

  #keep(height: number, number: number, hash: Buffer): Buffer {
    const ofHeight = this.#known.get(height) ?? new Map<number, Buffer>()
    this.#known.set(height, ofHeight.set(number, hash))
    return hash
  }
}

function placesBeside(size: number, index: number): { height: number; number: number }[] {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new RangeError(`a tree of ${size} leaves has none at ${index}`)
  const places: { height: number; number: number }[] = []
  for (let height = 0; 2 ** height < size; height += 1) {
    const own = Math.floor(index / 2 ** height)
    const number = own % 2 === 0 ? own + 1 : own - 1
    if (number * 2 ** height < size) places.push({ height, number })
  }
  return places
}

function isComplete(size: number, height: number, number: number): boolean {
  return (number + 1) * 2 ** height <= size
}

/** Two, or one at the end of the tree. */
function childrenOf(size: number, height: number, number: number): number[] {
  return [2 * number, 2 * number + 1].filter((child) => child * 2 ** (height - 1) < size)
}

/** Whether it was not there before. */
function added(sets: Map<number, Set<number>>, height: number, number: number): boolean {
  const numbers = sets.get(height) ?? new Set<number>()
  const isNew = !numbers.has(number)
  sets.set(height, numbers.add(number))
  return isNew
}

function runsOf(height: number, numbers: ReadonlySet<number>): PartRun[] {
  const runs: { height: number; first: number; last: number }[] = []
  for (const number of [...numbers].toSorted((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run !== undefined && number === run.last + 1) run.last = number
    else runs.push({ height, first: number, last: number })
  }
  return runs
}
