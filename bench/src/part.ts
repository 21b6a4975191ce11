import type { Schedule } from './measure/interleaved.js'
import type { Table } from './measure/report.js'
import type { Stage } from './stage/stage.js'

/** A comparison of its own, on the server that all parts share. */
export interface Part {
  measure(stage: Stage, schedule: Partial<Schedule>, onStep: (what: string) => void): Promise<Table>
}
