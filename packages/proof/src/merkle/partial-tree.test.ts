import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GrowingTree, type CompletePart } from './growing-tree.js'
import { leafHash } from './hash.js'
import { PartialTree, partsBeside } from './partial-tree.js'
import { inclusionPath } from './tree.js'

const numbered = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, i) => leafHash(Buffer.from(`${i}`)))

/** What somebody keeps who keeps complete parts at every height that is a multiple of `step`. */
function keptOf(leaves: readonly Buffer[], step: number): CompletePart[] {
  const tree = new GrowingTree()
  return leaves.flatMap((hash, number) => [
    { height: 0, number, hash },
    ...tree.append(hash).filter(({ height }) => height % step === 0),
  ])
}

describe('a tree of which only parts are known', () => {
  it('has the paths of the whole tree, from no more than was asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 8 }),
        (count, some, step) => {
          const leaves = numbered(count)
          const indexes = some.map((each) => each % count)
          const runs = partsBeside(count, indexes, step)
          const parts = keptOf(leaves, step).filter(({ height, number }) =>
            runs.some((run) => run.height === height && run.first <= number && number <= run.last),
          )
          expect(parts).toHaveLength(runs.reduce((sum, { first, last }) => sum + last - first + 1, 0))
          const tree = new PartialTree(count, parts)
          for (const index of indexes) expect(tree.path(index)).toEqual(inclusionPath(leaves, index))
        },
      ),
    )
  })

  it('asks for a few hundred hashes of a tree of many millions', () => {
    const size = 123_456_789
    const runs = partsBeside(size, [0, 77_777_777, size - 1], 8)
    const hashes = runs.reduce((sum, { first, last }) => sum + last - first + 1, 0)
    expect(hashes).toBeLessThan(3 * 4 * 256)
  })

  it('says so when it knows too little, or there is no such leaf', () => {
    expect(() => new PartialTree(5, []).path(0)).toThrow(RangeError)
    for (const index of [-1, 5, 0.5]) {
      expect(() => new PartialTree(5, []).path(index)).toThrow(RangeError)
      expect(() => partsBeside(5, [index], 8)).toThrow(RangeError)
    }
  })
})
