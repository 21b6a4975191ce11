import type { Benchmark } from '../benchmark.js'
import { interleaved, type Schedule } from '../measure/interleaved.js'
import { sliceReport } from '../measure/progress.js'
import { ratios } from '../measure/report.js'
import { openBenchStage } from '../stage/bench-stage.js'
import { Closing } from '../stage/closing.js'
import { nodeContenders } from './contenders.js'
import { pgbenchContenders } from './pgbench.js'
import { fillNotes } from './rows.js'
import { withoutXidIndexes } from './xid-indexes.js'

const title =
  'Writes: version check, row, history and audit in one statement, against a plain UPDATE of one row\n' +
  '(one server, fsync and synchronous_commit on; pools of 10; pgbench: prepared, the limit without Node)'
const unit = 'writes/s'
const usual: Schedule = { concurrencies: [1, 8, 32], rounds: 7, seconds: 2 }

/** The write with everything that Freehold guarantees, against a plain UPDATE that guarantees nothing. */
export const writes: Benchmark = {
  summary: 'a write with its guarantees against a plain UPDATE',
  async run({ schedule }, onStep) {
    await using stage = await openBenchStage()
    const url = stage.databases.appUrl('bench')
    await fillNotes(url)
    await using closing = new Closing()
    const contenders = [
      ...nodeContenders(url, closing),
      await withoutXidIndexes(stage, closing),
      ...(await pgbenchContenders(url)),
    ]
    const measured = await interleaved(contenders, { ...usual, ...schedule }, sliceReport(unit, onStep))
    return [ratios(title, unit, measured)]
  },
}
