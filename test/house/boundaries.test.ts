import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { brokenBoundaries } from '../../scripts/house/boundaries.mjs'

/** Who imports whom, and the rule that says no; none where the import is right. */
const imports: readonly (readonly [from: string, to: string, rule?: string])[] = [
  ['packages/manifest/src/a.ts', 'packages/runtime/src/index.ts', 'manifest-knows-nobody'],
  ['packages/manifest/src/a.test.ts', 'packages/runtime/src/index.ts', 'manifest-knows-nobody'],
  ['packages/runtime/src/a.ts', 'packages/freehold/src/index.ts', 'runtime-knows-only-manifest-and-proof'],
  ['packages/freehold/src/a.ts', 'packages/runtime/src/index.ts', 'freehold-knows-only-manifest-and-proof'],
  ['packages/freehold/src/b.ts', 'services/notes-service/src/a.ts', 'freehold-knows-only-manifest-and-proof'],
  [
    'packages/freehold/src/testing/a.ts',
    'packages/embedded/src/a.ts',
    'embedded-is-for-tests-start-and-bench',
  ],
  [
    'packages/freehold/src/shadow/throwaway-server.ts',
    'services/notes-service/src/c.ts',
    'the-throwaway-server-boots-a-server-and-nothing-else',
  ],
  ['packages/embedded/src/a.ts', 'packages/freehold/src/index.ts', 'embedded-knows-only-the-manifest'],
  ['packages/console/src/a.ts', 'packages/runtime/src/index.ts', 'console-knows-freehold-and-the-manifest'],
  [
    'services/user-service/src/a.ts',
    'packages/freehold/src/index.ts',
    'services-use-the-runtime-and-the-manifest',
  ],
  ['services/user-service/src/b.ts', 'services/notes-service/src/a.ts', 'a-service-never-imports-another'],
  [
    'services/user-service/src/b.test.ts',
    'services/notes-service/src/a.ts',
    'a-service-never-imports-another',
  ],
  ['services/gateway/src/a.ts', 'packages/embedded/src/a.ts', 'embedded-is-for-tests-start-and-bench'],
  ['start/src/a.ts', 'packages/runtime/src/a.test.ts', 'nobody-imports-tests'],
  ['start/src/b.ts', 'start/src/c.ts', 'no-cycles'],
  ['start/src/c.ts', 'start/src/b.ts'],
  ['packages/runtime/src/a.test.ts', 'packages/embedded/src/index.ts'],
  ['packages/runtime/src/index.ts', 'packages/manifest/src/index.ts'],
  ['packages/freehold/src/index.ts', 'packages/manifest/src/index.ts'],
  ['packages/console/src/b.ts', 'packages/freehold/src/index.ts'],
  ['services/notes-service/src/a.ts', 'services/identity/src/index.ts'],
  ['services/notes-service/src/b.ts', 'services/contracts/src/index.ts'],
  ['services/notes-service/src/c.ts', 'services/audit-trail/src/index.ts'],
  ['services/contracts/src/a.ts', 'packages/manifest/src/index.ts'],
  ['services/contracts/src/b.ts', 'services/identity/src/index.ts', 'contracts-are-plain-data'],
  ['services/contracts/src/c.ts', 'packages/runtime/src/index.ts', 'contracts-are-plain-data'],
  ['start/src/d.ts', 'packages/embedded/src/index.ts'],
]

const root = join(import.meta.dirname, '../..')
const folder = await mkdtemp(join(tmpdir(), 'freehold-house-'))
afterAll(() => rm(folder, { recursive: true }))

test('no import of this repository points the wrong way', async () => {
  const { modules, broken } = await brokenBoundaries(root, ['packages', 'services', 'start', 'bench', 'test'])
  expect(modules).toBeGreaterThan(100)
  expect(broken).toEqual([])
})

test('every rule of the house refuses what it is there for, and nothing else', async () => {
  const files = new Map<string, string>()
  for (const [from, to] of imports) {
    const path = relative(dirname(from), to)
      .replace(/^(?!\.)/, './')
      .replace(/\.ts$/, '.js')
    files.set(from, `import '${path}'\n`)
    if (!files.has(to)) files.set(to, 'export {}\n')
  }
  for (const [file, text] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text)
  }

  const { modules, broken } = await brokenBoundaries(folder, ['packages', 'services', 'start'])

  expect(modules).toBe(files.size)
  const named = new Set(broken.map(({ rule, from, to }) => `${from} → ${to}: ${rule}`))
  for (const [from, to, rule] of imports) {
    if (rule !== undefined) expect(named).toContain(`${from} → ${to}: ${rule}`)
    else expect([...named].filter((each) => each.startsWith(`${from} → ${to}:`))).toEqual([])
  }
  expect(broken.every(({ why }) => why !== '')).toBe(true)
})
