import { interleaved, type Schedule } from '../../measure/interleaved.js'
import { sliceReport } from '../../measure/progress.js'
import { ratios } from '../../measure/report.js'
import { Closing } from '../../stage/closing.js'
import { fillNotes } from '../../writes/rows.js'
import type { Part } from '../../part.js'
import { byFreehold } from './by-freehold.js'
import { byPeers } from './by-peers.js'
import { byPg } from './by-pg.js'
import { byPgbench } from './by-pgbench.js'

const title =
  'Telling: one UPDATE and one event in a transaction\n' +
  '(one server, fsync and synchronous_commit on; pools of 10; sealing on; machines are noisy: read the ratios)'
const unit = 'tx/s'
const usual: Schedule = { concurrencies: [1, 8, 32], rounds: 5, seconds: 1 }

/** What an event costs in the transaction of a change. */
export const produce: Part = {
  async measure(stage, schedule, onStep) {
    const databases = await stage.clone()
    const url = databases.appUrl('bench')
    await fillNotes(url, ['notes', 'pages', 'plain_notes'])
    await using closing = new Closing()
    const contenders = [
      ...(await byPgbench(url)),
      ...byFreehold(url, closing),
      ...byPg(url, closing),
      ...(await byPeers(stage, closing)),
    ]
    const measured = await interleaved(contenders, { ...usual, ...schedule }, sliceReport(unit, onStep))
    return ratios(title, unit, measured)
  },
}
