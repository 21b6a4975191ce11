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
  /** Present where it is partitioned, so that what is old can be archived. */
  readonly partition?: LogPartition
}

/** How a log is partitioned. */
export interface LogPartition {
  /** How many seqs each of its partitions takes: 100 to 1,000,000,000. A change is for the partitions to come. */
  readonly rows: number
}

/** The fewest seqs of a partition. */
export const fewestPartitionRows = 100

/** The most seqs of a partition. */
export const mostPartitionRows = 1_000_000_000

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
 * @param options - `kind`: what the log is for. Rows of a `history` are written by the database alone. `partition`: for
 *   a log whose old rows are to be archived some day; its migration then says `partition by range (seq)`, which takes
 *   PostgreSQL 17.
 */
export function immutable<const K extends LogKind>(options: {
  kind: K
  partition?: LogPartition
}): ImmutableTable & { readonly kind: K } {
  return { mutability: 'immutable', ...options }
}
