// `npm run freehold -- <command>`: the freehold CLI of this repository, built when it is stale. Its output is
// a program's too (`--json`), so that everything else goes to stderr.
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bootstrap } from './bootstrap.mjs'
import { isStopping, stopChildrenOnSignals } from './house/child.mjs'

const root = resolve(import.meta.dirname, '..')

stopChildrenOnSignals()
const built = await bootstrap({ projects: ['packages/freehold'], output: 2 })
if (built && !isStopping()) await import(pathToFileURL(join(root, 'packages/freehold/dist/cli/main.js')).href)
else process.exitCode ||= 1
