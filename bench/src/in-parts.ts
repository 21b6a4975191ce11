import type { Benchmark } from './benchmark.js'
import type { Table } from './measure/report.js'
import type { Part } from './part.js'
import { openBenchStage } from './stage/bench-stage.js'

/** A benchmark of parts that can be measured alone, all of them on one server of its own. */
export function inParts(summary: string, parts: Readonly<Record<string, Part>>): Benchmark {
  return {
    summary,
    parts: Object.keys(parts),
    async run(wishes, onStep) {
      await using stage = await openBenchStage()
      const tables: Table[] = []
      for (const [name, part] of Object.entries(parts)) {
        if (wishes.parts.length > 0 && !wishes.parts.includes(name)) continue
        onStep(name)
        tables.push(await part.measure(stage, wishes.schedule, onStep))
      }
      return tables
    },
  }
}
