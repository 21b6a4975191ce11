// Imported first by every script: an old Node gets one clear line, and not a stack of things it lacks.
// So this file uses nothing that Node 12 does not know.
import { readFileSync } from 'node:fs'

const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
const wanted = engines.node.replace('>=', '').split('.').map(Number)
const present = process.versions.node.split('.').map(Number)
const difference = [0, 1, 2].map((part) => present[part] - (wanted[part] || 0)).find((part) => part !== 0)

if (difference < 0) {
  console.error(`This needs Node ${engines.node}; this is Node ${process.versions.node}.`)
  console.error('Install a newer one from https://nodejs.org, and try again.')
  process.exit(1)
}
