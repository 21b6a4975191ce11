// A run in a process of its own, for tests that kill it: node migrate-process.mjs <options as JSON> [<kill as JSON>].
// A kill says at which query the process ends itself, counted from 1: before it is sent, as soon as it is sent, or when
// it is answered. A run that ends by itself prints how many it sent.
import pg from 'pg'
import { migrateService } from '../dist/migrations/index.js'

const [options, kill = { at: 0 }] = process.argv.slice(2).map((argument) => JSON.parse(argument))
const query = pg.Client.prototype.query
let sent = 0

pg.Client.prototype.query = function (...args) {
  sent += 1
  if (sent !== kill.at) return query.apply(this, args)
  if (kill.when === 'before') die()
  const answer = query.apply(this, args)
  // What is written in this turn is given to the socket at its end.
  if (kill.when === 'sent') setImmediate(() => setImmediate(die))
  return kill.when === 'answered' ? answer.finally(die) : answer
}

function die() {
  process.kill(process.pid, 'SIGKILL')
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

await migrateService(options)
process.stdout.write(String(sent))
