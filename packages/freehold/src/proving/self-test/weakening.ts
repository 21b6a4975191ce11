import type { Strategy } from '@freehold/manifest'
import type { Chapter } from '../finding.js'

/** Where a statement of the administrator runs. */
export type Place = 'north' | 'south' | 'server' | 'template1'

/** One way in which a system can be weaker than its manifest says. */
export interface Weakening {
  readonly id: string
  /** A few words: "a disabled trigger". */
  readonly what: string
  /** What must be named: a failed finding, or the error that ends the proof, has this in it. */
  readonly named: RegExp
  /** The part of the proof that must name it. */
  readonly by: Chapter
  readonly act: Act
  /** Under which strategy it makes sense; both when absent. */
  readonly strategy?: Strategy['kind']
  /** From which version of the server on, as `server_version_num`. */
  readonly from?: number
}

/** One text, or several where PostgreSQL wants a statement to stand alone. */
export type Sql = string | readonly string[]

/** How a system is weakened, and how that is taken back. What the plan can mend need not be taken back. */
export type Act =
  | { readonly in: Place; readonly sql: Sql; readonly undo?: Sql }
  /** Lines of pg_hba.conf before the one that asks everybody for a password. */
  | { readonly hba: readonly string[] }
  /** Settings that need a restart. */
  | { readonly settings: Readonly<Record<string, string>> }
  /** Another migration in the folder of the service `north`. */
  | { readonly migration: string }

/** A weakening by SQL, in the words of a list. */
export function bySql(
  id: string,
  what: string,
  place: Place,
  sql: Sql,
  named: RegExp,
  by: Chapter,
  rest: { readonly undo?: Sql } & Pick<Weakening, 'strategy' | 'from'> = {},
): Weakening {
  const { undo, ...when } = rest
  return { id, what, named, by, act: { in: place, sql, ...(undo === undefined ? {} : { undo }) }, ...when }
}
