import type { Schedule } from './measure/interleaved.js'
import type { Table } from './measure/report.js'

/** What the command line says of how to measure; what it leaves out is as the benchmark has it. */
export interface Wishes {
  /** The parts to measure, of a benchmark that has some; all of them when empty. */
  readonly parts: readonly string[]
  readonly schedule: Partial<Schedule>
}

/** A comparison that `npm run bench -- <name>` can run. */
export interface Benchmark {
  /** One line for the usage. */
  readonly summary: string
  /** The names of the parts that can be measured alone. */
  readonly parts?: readonly string[]
  /** Measures everything in one run, on one machine. */
  run(wishes: Wishes, onStep: (what: string) => void): Promise<readonly Table[]>
}
