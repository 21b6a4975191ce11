/** A table whose rows change. Its rows have a `version` and an `updated_at`. */
export interface MutableTable {
  readonly mutability: 'mutable'
  /** The primary key's column. */
  readonly key: string
  /** The immutable table of kind `history` into which the database writes every revision. */
  readonly history?: string
}

/** What a log is for. */
export type LogKind = 'audit' | 'events' | 'history'

/** A table whose rows are appended and never change: a log. */
export interface ImmutableTable {
  readonly mutability: 'immutable'
  readonly kind: LogKind
}

/** A table that a service owns. */
export type Table = MutableTable | ImmutableTable

/**
 * Declares a table whose rows change under optimistic locking.
 *
 * @param options - `key`: the primary key's column, `id` when absent. `history`: the log that receives
 *   each revision, itself declared with `immutable({ kind: 'history' })`.
 */
export function mutable(options: { key?: string; history?: string } = {}): MutableTable {
  return { mutability: 'mutable', key: 'id', ...options }
}

/**
 * Declares a log: rows are appended, and nothing else ever happens to them.
 *
 * @param options - `kind`: what the log is for. Rows of a `history` are written by the database alone.
 */
export function immutable<const K extends LogKind>(options: {
  kind: K
}): ImmutableTable & { readonly kind: K } {
  return { mutability: 'immutable', ...options }
}
