import type { Measurement, Schedule } from './measure/interleaved.js'

/** A comparison that `npm run bench -- <name>` can run. */
export interface Benchmark {
  /** What is compared, and under which conditions. */
  readonly title: string
  readonly unit: string
  /** What is measured unless the command line says otherwise. */
  readonly schedule: Schedule
  /** Measures everything in one run, on one machine. */
  run(
    schedule: Schedule,
    onSlice: (contender: string, concurrency: number, perSecond: number) => void,
  ): Promise<Measurement[]>
}
