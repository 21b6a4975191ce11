import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { GrowingTree } from './growing-tree.js'
import { emptyRoot, leafHash, nodeHash } from './hash.js'
import { consistencyPath, inclusionPath, rootOf } from './tree.js'
import { goesOn, includes } from './verify.js'

/** The leaves that implementations of Certificate Transparency are tested with, and the roots over the first of them. */
const contents = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]
const published = contents.map((content) => leafHash(Buffer.from(content, 'hex')))

/** The definition of RFC 9162, 2.1.1, word for word, as an oracle. */
function definedRoot(leaves: readonly Buffer[]): Buffer {
  const [only, ...others] = leaves
  if (only === undefined) return emptyRoot
  if (others.length === 0) return only
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(definedRoot(leaves.slice(0, k)), definedRoot(leaves.slice(k)))
}

const numbered = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, i) => leafHash(Buffer.from(`${i}`)))
const size = fc.integer({ min: 1, max: 200 })

describe('the tree of RFC 9162', () => {
  it('has the published roots', () => {
    expect(emptyRoot.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(published.map((_, i) => rootOf(published.slice(0, i + 1)).toString('hex'))).toEqual(roots)
  })

  it('has the published paths', () => {
    expect(inclusionPath(published, 5).map((hash) => hash.toString('hex'))).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ])
    expect(consistencyPath(published, 6).map((hash) => hash.toString('hex'))).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ])
  })

  it('is the tree of the definition at every size, also when it grows', () => {
    const growing = new GrowingTree()
    for (let count = 0; count < 130; count += 1) {
      const leaves = numbered(count)
      expect(rootOf(leaves)).toEqual(definedRoot(leaves))
      expect(growing.root).toEqual(definedRoot(leaves))
      for (const { height, number, hash } of growing.append(leafHash(Buffer.from(`${count}`))))
        expect(hash).toEqual(
          definedRoot(numbered(count + 1).slice(number * 2 ** height, (number + 1) * 2 ** height)),
        )
    }
  })
})

it('grows from parts that are known as from leaves', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 300 }), (count) => {
      const leaves = numbered(count)
      const tree = new GrowingTree()
      for (let height = 8; height >= 0; height -= 4) {
        while (tree.size + 2 ** height <= count)
          tree.append(definedRoot(leaves.slice(tree.size, tree.size + 2 ** height)), height)
      }
      expect([tree.size, tree.root]).toEqual([count, definedRoot(leaves)])
    }),
  )
  const tree = new GrowingTree()
  tree.append(emptyRoot)
  expect(() => tree.append(emptyRoot, 1)).toThrow(RangeError)
})

describe('a path', () => {
  it('leads from each leaf to the root, and from no other place', () => {
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), (count, some, other) => {
        const leaves = numbered(count)
        const tree = { size: count, root: rootOf(leaves) }
        const [index, wrong] = [some % count, other % count]
        const path = inclusionPath(leaves, index)
        const leaf = leaves[index] ?? emptyRoot
        expect(includes(tree, index, leaf, path)).toBe(true)
        if (wrong !== index) expect(includes(tree, wrong, leaf, path)).toBe(false)
        expect(includes(tree, index, leafHash(Buffer.from('forged')), path)).toBe(false)
        expect(includes(tree, index, leaf, [...path, emptyRoot])).toBe(false)
        if (path.length > 0) expect(includes(tree, index, leaf, path.slice(1))).toBe(false)
        expect(includes({ ...tree, root: emptyRoot }, index, leaf, path)).toBe(false)
      }),
    )
  })

  it('leads from each tree to those that go on from it, and to no other', () => {
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), (count, some, changed) => {
        const leaves = numbered(count)
        const earlier = { size: (some % count) + 1, root: rootOf(leaves.slice(0, (some % count) + 1)) }
        const later = { size: count, root: rootOf(leaves) }
        const path = consistencyPath(leaves, earlier.size)
        expect(goesOn(earlier, later, path)).toBe(true)
        const rewritten = leaves.with(changed % earlier.size, leafHash(Buffer.from('rewritten')))
        const other = { size: count, root: rootOf(rewritten) }
        expect(goesOn(earlier, other, consistencyPath(rewritten, earlier.size))).toBe(false)
        expect(goesOn(earlier, later, [...path, emptyRoot])).toBe(false)
        if (path.length > 0) expect(goesOn(earlier, later, path.slice(1))).toBe(false)
        if (earlier.size < count) expect(goesOn(later, earlier, path)).toBe(false)
      }),
    )
  })

  it('is refused for what a tree does not have', () => {
    expect(() => inclusionPath(published, 8)).toThrow(RangeError)
    expect(() => inclusionPath(published, -1)).toThrow(RangeError)
    expect(() => consistencyPath(published, 9)).toThrow(RangeError)
    expect(() => consistencyPath(published, 0)).toThrow(RangeError)
    expect(() => new GrowingTree().append(Buffer.alloc(3))).toThrow(RangeError)
    expect(goesOn({ size: 0, root: emptyRoot }, { size: 1, root: emptyRoot }, [])).toBe(false)
  })
})
