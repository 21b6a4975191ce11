import type { RecordedStatement } from '../releases/recorded-statement.js'
import type { Break } from './break.js'
import type { Catalog } from './catalog.js'
import type { Changes } from './changes.js'
import type { Samples } from './samples.js'
import type { SideSession } from './side.js'
import type { StatementShape } from './statement-shape.js'

/** How far a statement was checked. Each includes those before it. */
export type Reached = 'unchecked' | 'parsed' | 'planned' | 'executed'

/** What came of checking one statement. */
export interface Trial {
  readonly statement: RecordedStatement
  readonly reached: Reached
  /** Why it went no further. */
  readonly reason?: string
  readonly shape?: StatementShape
  /** Whether something that it uses is another one on the second schema, where it was not executed. */
  readonly isTouched?: boolean
  /** Whether values were tried that wrote or found a row. */
  readonly metRows: boolean
  readonly breaks: readonly Break[]
}

/** The two schemas that statements are tried on: they work on the first, and shall on the second. */
export interface TrialStage {
  readonly from: { readonly session: SideSession; readonly catalog: Catalog }
  readonly to: { readonly session: SideSession; readonly catalog: Catalog }
  /** Rows of the first. */
  readonly samples: Samples
  /** The same rows, as they are on the second. */
  readonly carried: Samples
  readonly changes: Changes
  /** Settings that the service sets, with the column whose value each holds. */
  readonly settings: ReadonlyMap<string, string | undefined>
  /** Another number for every call, so that values are told apart. */
  readonly fresh: () => number
  /** Whether both have the same rows, so that what a statement returns of them can be compared. */
  readonly hasSameRows: boolean
  /** Whether other values than the likely ones are tried. */
  isVaried(statement: RecordedStatement): boolean
}
