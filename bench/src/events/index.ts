import type { Benchmark } from '../benchmark.js'
import type { Table } from '../measure/report.js'
import { openBenchStage } from '../stage/bench-stage.js'
import type { Part } from './part.js'
import { deadTuples } from './dead-tuples.js'
import { drain } from './drain/index.js'
import { latency } from './latency/index.js'
import { produce } from './produce/index.js'

const parts: ReadonlyMap<string, Part> = new Map<string, Part>([
  ['produce', produce],
  ['drain', drain],
  ['latency', latency],
  ['dead-tuples', deadTuples],
])

/** What it costs to tell an event, to hear a backlog of them, and how soon one is heard. */
export const events: Benchmark = {
  summary: 'telling, draining and hearing events against the peers that npm has',
  parts: [...parts.keys()],
  async run(wishes, onStep) {
    await using stage = await openBenchStage()
    const tables: Table[] = []
    for (const [name, part] of parts) {
      if (wishes.parts.length > 0 && !wishes.parts.includes(name)) continue
      onStep(name)
      tables.push(await part.measure(stage, wishes.schedule, onStep))
    }
    return tables
  },
}
