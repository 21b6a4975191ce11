// `npm run build`: installs what is missing and compiles what is stale.
import { bootstrap } from './bootstrap.mjs'
import { stopChildrenOnSignals } from './house/child.mjs'

stopChildrenOnSignals()
if (!(await bootstrap({ onStep: console.log }))) process.exitCode ||= 1
