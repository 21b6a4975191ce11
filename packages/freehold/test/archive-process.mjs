// Archives in a process of its own, which ends itself at a labelled step: node archive-process.mjs, with its variables.
import { promises } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import pg from 'pg'
import { serversAt } from '../dist/provisioning/servers.js'

const { STEP, TIMES = '1', URL: url = '', SYSTEM = '', OPTIONS = '' } = process.env
let times = Number(TIMES)

/** @param {string} step */
function at(step) {
  if (step !== STEP) return
  times -= 1
  if (times !== 0) return
  process.kill(process.pid, 'SIGKILL')
  // Nothing of what follows is to happen before the signal has come.
  const end = performance.now() + 100
  while (performance.now() < end);
}

// Within a step, statements and the renaming tell where it is.
const { query } = pg.Client.prototype
pg.Client.prototype.query = async function (...sent) {
  const [text] = sent
  const isOf = (/** @type {string} */ part) => typeof text === 'string' && text.startsWith(part)
  const isInsert = isOf('insert into freehold.archive')
  if (isOf('lock table')) at('lock')
  if (isOf('alter table')) at('detach')
  if (isInsert) at('record')
  const answering = query.apply(this, sent)
  if (isOf('commit') && this.hasRecorded) at('commit')
  const answer = await answering
  if (isOf('fetch')) at('lines')
  if (isInsert) {
    this.hasRecorded = true
    at('recorded')
  }
  return answer
}
const { rename } = promises
promises.rename = async (...names) => {
  await rename(...names)
  at('renamed')
}
syncBuiltinESMExports()

const { archiveLog } = await import('../dist/archiving/index.js')
await archiveLog(
  { system: JSON.parse(SYSTEM), servers: serversAt(() => url) },
  { ...JSON.parse(OPTIONS), onStep: at },
)
