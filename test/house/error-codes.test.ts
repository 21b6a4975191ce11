import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorRegistry } from '@freehold/manifest/errors'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const isVariable =
  /^FREEHOLD_(?:DEBUG|RECORD_STATEMENTS|SEED|SERVER_URL(?:_[A-Z]+)?|SHADOW_URL|TEST_POSTGRES|TEST_WEAKENINGS)$/

/** The folders of that name in every workspace of the group. */
async function each(group: string, folder: string): Promise<string[]> {
  const names = await readdir(join(root, group))
  return names.map((name) => join(root, group, name, folder)).filter((path) => existsSync(path))
}

/** Each word of the form FREEHOLD_… in the files, with the first file that it is in. */
async function wordsIn(folders: readonly string[], wanted: RegExp): Promise<Map<string, string>> {
  const words = new Map<string, string>()
  for (const folder of folders) {
    for (const file of await readdir(folder, { recursive: true })) {
      const path = join(folder, file)
      if (!wanted.test(path)) continue
      for (const [word] of (await readFile(path, 'utf8')).matchAll(/\bFREEHOLD_[A-Z]+(?:_[A-Z]+)*\b(?!_)/g)) {
        if (isVariable.test(word) && !(word in errorRegistry)) continue
        if (!words.has(word)) words.set(word, path)
      }
    }
  }
  return words
}

test('every code that a program or a document names is in the registry, and every one there is used', async () => {
  const sources = [
    ...(await each('packages', 'src')),
    ...(await each('services', 'src')),
    join(root, 'start/src'),
  ]
  const used = await wordsIn(sources, /(?<!\.test|manifest\/src\/errors\/[a-z]+)\.ts$/)
  const told = await wordsIn([join(root, 'docs')], /\.md$/)

  expect(used.size).toBeGreaterThan(10)
  const unknown = [...used, ...told].filter(([code]) => !(code in errorRegistry))
  expect(unknown, 'named, and not in packages/manifest/src/errors').toEqual([])
  const unused = Object.keys(errorRegistry).filter((code) => !used.has(code))
  expect(unused, 'in the registry, and raised nowhere').toEqual([])
})
