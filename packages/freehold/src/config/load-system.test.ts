import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findConfig, loadSystem } from './index.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freehold config '))
})
afterEach(() => rm(folder, { recursive: true }))

const write = async (text: string, name = 'freehold.config.ts') => {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}
const service = `{ name: 'notes', database: 'notes_db', schema: 'notes', migrations: 'm', references: {},
  owns: { notes: { mutability: 'mutable' as const, key: 'id' } } }`
const system = `{ name: 'x', strategy: { kind: 'database-per-service' as const }, services: [${service}] }`

test('loads this repository, whose configuration imports TypeScript by its .js names', async () => {
  const loaded = await loadSystem(fileURLToPath(new URL('../../../../freehold.config.ts', import.meta.url)))
  expect(loaded.services.map(({ name }) => name)).toEqual(['auth', 'user', 'notes'])
})

test('loads TypeScript that has no package at hand, in a folder with a space', async () => {
  await write(`export const service = ${service}`, 'ownership.ts')
  const path = await write(`import { service } from './ownership.js'
    enum Kind { A = 'database-per-service' }
    export default { name: 'x', strategy: { kind: Kind.A }, services: [service] }`)
  expect(await loadSystem(path)).toMatchObject({ name: 'x', services: [{ name: 'notes' }] })
})

test('reads the file again when it has changed', async () => {
  expect((await loadSystem(await write(`export default ${system}`))).name).toBe('x')
  expect((await loadSystem(await write(`export default ${system.replace("'x'", "'y'")}`))).name).toBe('y')
})

test('looks for the configuration in the folders above', async () => {
  const path = await write(`export default ${system}`)
  const deep = join(folder, 'a', 'b')
  await mkdir(deep, { recursive: true })
  expect(findConfig(deep)).toBe(path)
  await rm(path)
  expect(() => findConfig(deep)).toThrow(expect.objectContaining({ code: 'FREEHOLD_CONFIG_NOT_FOUND' }))
})

const failures: Record<string, [text: string, code: string, says: string]> = {
  'a syntax error': [
    'export default {\n  a: 1,\n  b: ,\n}',
    'FREEHOLD_CONFIG_DOES_NOT_LOAD',
    'freehold.config.ts:3:6',
  ],
  'a syntax error in what it imports': ["import './bad.js'", 'FREEHOLD_CONFIG_DOES_NOT_LOAD', 'bad.ts:1:'],
  'a missing file': ["import './nowhere.js'", 'FREEHOLD_CONFIG_DOES_NOT_LOAD', "'./nowhere.js', imported by"],
  'a missing package': ["import 'nowhere'", 'FREEHOLD_CONFIG_DOES_NOT_LOAD', "'nowhere'"],
  'an error when it runs': ['\nnull.x', 'FREEHOLD_CONFIG_DOES_NOT_LOAD', 'freehold.config.ts:2:'],
  'a thrown string': ["throw 'why'", 'FREEHOLD_CONFIG_DOES_NOT_LOAD', 'why'],
  'no default export': ['export const a = 1', 'FREEHOLD_CONFIG_NOT_A_SYSTEM', 'no default export'],
  'another default export': ["export default 'system'", 'FREEHOLD_CONFIG_NOT_A_SYSTEM', 'not a system'],
  'a null': ['export default null', 'FREEHOLD_CONFIG_NOT_A_SYSTEM', 'not a system'],
  'a system that is wrong': ['export default { name: 5, services: [] }', 'FREEHOLD_MANIFEST_INVALID', 'name'],
}
for (const [what, [text, code, says]] of Object.entries(failures)) {
  test(`says what is wrong: ${what}`, async () => {
    await write('export const a: = 5', 'bad.ts')
    const path = await write(text)
    const error = await loadSystem(path).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code })
    expect((error as Error).message).toContain(says)
  })
}

test('names the package.json that is broken, and not the configuration that it lies beside', async () => {
  await mkdir(join(folder, 'notes'))
  await write(`import './kinds.js'\nexport const service = ${service}`, 'notes/ownership.ts')
  await write('export const kinds = []', 'notes/kinds.ts')
  await write('{\n  "name": "notes",\n  "version": "1.0.0",,\n}', 'notes/package.json')
  const path = await write(`import { service } from './notes/ownership.js'
    export default { name: 'x', strategy: { kind: 'database-per-service' as const }, services: [service] }`)
  const error = await loadSystem(path).catch((thrown: unknown) => thrown)
  const file = join(folder, 'notes', 'package.json')
  expect(error).toMatchObject({ code: 'FREEHOLD_CONFIG_DOES_NOT_LOAD', details: { file, line: 3 } })
  expect((error as Error).message).toMatch(/package\.json:3:\d+: it is no JSON: /)
  expect((error as Error).message).not.toContain('freehold.config.ts')
  await write('{ "name": "notes" }', 'notes/package.json')
  expect(await loadSystem(path)).toMatchObject({ name: 'x' })
})

test('names a file that does not exist', async () => {
  await expect(loadSystem(join(folder, 'nothing.ts'))).rejects.toMatchObject({
    code: 'FREEHOLD_CONFIG_NOT_FOUND',
  })
})
