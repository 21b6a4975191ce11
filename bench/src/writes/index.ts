import type { Benchmark } from '../benchmark.js'
import { interleaved } from '../measure/interleaved.js'
import { benchSystem } from '../stage/ownership.js'
import { openStage } from '../stage/stage.js'
import { nodeContenders } from './contenders.js'
import { pgbenchContenders } from './pgbench.js'
import { fillNotes } from './rows.js'

/** The write with everything that Freehold guarantees, against a plain UPDATE that guarantees nothing. */
export const writes: Benchmark = {
  title:
    'Writes: version check, row, history and audit in one statement, against a plain UPDATE of one row\n' +
    '(one server, fsync and synchronous_commit on; pools of 10; pgbench: prepared, the limit without Node)',
  unit: 'writes/s',
  schedule: { concurrencies: [1, 8, 32], rounds: 7, seconds: 2 },
  async run(schedule, onSlice) {
    await using stage = await openStage(benchSystem, new URL('../..', import.meta.url).pathname)
    const url = stage.databases.appUrl('bench')
    await fillNotes(url)
    await using node = nodeContenders(url)
    return await interleaved([...node.contenders, ...(await pgbenchContenders(url))], schedule, onSlice)
  },
}
