// `npm run bench -- <name>`: builds what is stale and runs a benchmark.
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bootstrap } from './bootstrap.mjs'
import { isStopping, stopChildrenOnSignals } from './house/child.mjs'

const root = resolve(import.meta.dirname, '..')

stopChildrenOnSignals()
const built = await bootstrap({ output: 2 })
if (built && !isStopping()) await import(pathToFileURL(join(root, 'bench/dist/main.js')).href)
else process.exitCode ||= 1
