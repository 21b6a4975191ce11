import type { Benchmark } from '../benchmark.js'
import type { Part } from '../events/part.js'
import type { Table } from '../measure/report.js'
import { openBenchStage } from '../stage/bench-stage.js'
import { appending } from './appending.js'
import { lag } from './lag.js'
import { verifying } from './verifying.js'

const parts: ReadonlyMap<string, Part> = new Map<string, Part>([
  ['append', appending],
  ['lag', lag],
  ['verify', verifying],
])

/** What it costs to seal and sign a log, how soon that is done, and how fast it is verified. */
export const seals: Benchmark = {
  summary: 'appending to a log that is sealed and signed against a plain INSERT; seal lag; verifying',
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
