import type { Side } from './side.js'

/** A statement of a migration, and where it stands. */
export interface Step {
  /** Relative to the folder of the configuration. */
  readonly file: string
  readonly line: number
}

/** A shadow database that can go on from an old schema to a new one. */
export interface State {
  readonly side: Side
  /** The same with all its rows, for itself. Nobody may be connected meanwhile. */
  copy(): Promise<State>
  /** Goes on to the new schema, as production does. */
  goOn(): Promise<void>
  /** The same, stopping after each statement. One that fails is left out. */
  goOnStepwise(): AsyncGenerator<Step>
  drop(): Promise<void>
}
