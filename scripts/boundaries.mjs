// Checks that imports point the way that dependency-cruiser.config.mjs allows: `npm run boundaries`.
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { brokenBoundaries } from './house/boundaries.mjs'

const root = resolve(import.meta.dirname, '..')
const places = ['packages', 'services', 'start', 'bench', 'test', 'freehold.config.ts']
const { modules, broken } = await brokenBoundaries(
  root,
  places.filter((place) => existsSync(join(root, place))),
)

for (const { rule, why, from, to } of broken) console.error(`${from} imports ${to}\n  ${rule}: ${why}`)
if (modules === 0) console.error('No module was looked at: the check itself is broken.')
else console.log(`boundaries: ${modules} modules, ${broken.length} imports that point the wrong way`)
process.exitCode = broken.length > 0 || modules === 0 ? 1 : 0
