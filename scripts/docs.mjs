// `npm run docs`: makes anew what the code decides, which are docs/errors.md, the JSON Schema of the manifest and the
// generated parts of docs/databases/microservices-db-strategy.md. With --check it writes nothing and fails when stale.
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { bootstrap } from './bootstrap.mjs'
import { withBlocks } from './docs/blocks.mjs'
import { errorsPage } from './docs/errors.mjs'
import { ownershipBlocks } from './docs/ownership.mjs'

const root = resolve(import.meta.dirname, '..')
const strategyPage = 'docs/databases/microservices-db-strategy.md'

if (!(await bootstrap({ projects: ['packages/freehold'] }))) process.exit(1)
const prettier = await import('prettier')
const manifest = await import('@freehold/manifest')
const { manifestSchema } = await import('../packages/manifest/dist/manifest-schema.js')
const { errorAreas } = await import('@freehold/manifest/errors')
const { loadSystem } = await import('freehold')

const system = await loadSystem(join(root, 'freehold.config.ts'))
const files = {
  'packages/manifest/schema/manifest.schema.json': JSON.stringify(manifestSchema),
  'docs/errors.md': errorsPage(errorAreas),
  [strategyPage]: withBlocks(
    await readFile(join(root, strategyPage), 'utf8'),
    ownershipBlocks(system, manifest),
  ),
}

const stale = []
for (const [name, text] of Object.entries(files)) {
  const path = join(root, name)
  const options = await prettier.resolveConfig(path)
  const formatted = await prettier.format(text, { ...options, filepath: path })
  if (existsSync(path) && (await readFile(path, 'utf8')) === formatted) continue
  stale.push(relative(root, path))
  if (process.argv.includes('--check')) continue
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, formatted)
}
const checking = process.argv.includes('--check')
for (const name of stale) console.log(checking ? `${name} is stale: run npm run docs` : `wrote ${name}`)
if (stale.length === 0) console.log('docs: everything is current')
if (checking && stale.length > 0) process.exitCode = 1
