// `npm start`, from a fresh clone on: installs and builds what is missing, then starts the notes system.
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bootstrap } from './bootstrap.mjs'
import { isStopping, stopChildrenOnSignals } from './house/child.mjs'

const root = resolve(import.meta.dirname, '..')
const services = ['auth-service', 'user-service', 'notes-service', 'gateway']
const projects = ['start', ...services.map((name) => join('services', name))]

const leaveSignals = stopChildrenOnSignals()
const built = await bootstrap({ projects, onStep: (what) => console.log(`· ${what}`) })
if (built && !isStopping()) {
  // While it is loaded nothing runs yet, and a Ctrl-C that went to a handler of ours would be lost.
  leaveSignals()
  await import(pathToFileURL(join(root, 'start/dist/main.js')).href)
} else process.exitCode ||= 1
