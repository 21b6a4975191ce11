import type { EventContract } from './events/event-contract.js'

/** What a table is made of that holds nothing but what the events of others say. */
export interface ProjectionSource {
  /** The types of the events that it is made of, by the service that publishes them. */
  readonly of: Readonly<Record<string, readonly string[]>>
  /** How old what it says may be, in milliseconds. */
  readonly stalenessMs: number
}

/** What a team writes of a projection. */
export interface ProjectionDefinition {
  /** By the publishing service: its contracts, or their types. They are in `consumes`, too. */
  of: Readonly<Record<string, readonly (EventContract | string)[]>>
  /** How old what it says may be: `'5s'`, or a number of milliseconds. */
  staleness: Duration
}

/** Milliseconds, or a number with its unit. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h'}`

/** A table whose rows change. Its rows have a `version` and an `updated_at`. */
export interface MutableTable {
  readonly mutability: 'mutable'
  /** The primary key's column. */
  readonly key: string
  /** The immutable table of kind `history` into which the database writes every revision. */
  readonly history?: string
  /** That it is a read model of events, which can be made anew from them at any time. */
  readonly projection?: ProjectionSource
  /** The columns that are about a person. Its history keeps them sealed. */
  readonly personal?: Personal
}

/** What is about a person, who can be forgotten. */
export interface Personal {
  /** The column, or the member of an event's data, that says about whom: it is kept as it is. */
  readonly subject: string
  /** The columns, or the members of an event's data, that are sealed under that person's key. */
  readonly fields: readonly string[]
  /** For what it is kept: a person can be forgotten for one purpose. The name of the service when absent. */
  readonly purpose?: string
}

/** What a log is for. */
export type LogKind = 'audit' | 'events' | 'history' | 'witness' | 'erasure'

/** A table whose rows are appended and never change: a log. */
export interface ImmutableTable {
  readonly mutability: 'immutable'
  readonly kind: LogKind
  /** Present where it is partitioned, so that what is old can be archived. */
  readonly partition?: LogPartition
  /** The columns that are about a person. They are sealed before they are stored. */
  readonly personal?: Personal
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
 *   each revision, itself declared with `immutable({ kind: 'history' })`. `projection`: the events that the table is
 *   made of, and nothing but them, and how old it may be. `personal`: the columns about a person; a history keeps them
 *   sealed, in a column `personal jsonb not null default '{}'` that the table then has.
 */
export function mutable(
  options: { key?: string; history?: string; projection?: ProjectionDefinition; personal?: Personal } = {},
): MutableTable {
  const { projection, ...others } = options
  const table: MutableTable = { mutability: 'mutable', key: 'id', ...others }
  return projection === undefined ? table : { ...table, projection: sourceOf(projection) }
}

function sourceOf({ of, staleness }: ProjectionDefinition): ProjectionSource {
  const heard = Object.entries(of).map(
    ([from, events]) =>
      [from, events.map((event) => (typeof event === 'string' ? event : event.type))] as const,
  )
  return { of: Object.fromEntries(heard), stalenessMs: milliseconds(staleness) }
}

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** NaN for what is no duration: validation reports it, with its place. */
function milliseconds(duration: Duration): number {
  if (typeof duration === 'number') return duration
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(duration) ?? []
  return Number(amount) * units[(unit ?? 'ms') as keyof typeof units]
}

/**
 * Declares a log: rows are appended, and nothing else ever happens to them.
 *
 * @param options - `kind`: what the log is for. Rows of a `history` are written by the database alone; a `witness` keeps
 *   the checkpoints of other services, an `erasure` what is to be forgotten and was. `personal`: the columns about a
 *   person, of the type text or jsonb, for a log of the kind `audit`. `partition`: for a log whose old rows are to be archived some day; its migration
 *   then says `partition by range (seq)`, which takes PostgreSQL 17.
 */
export function immutable<const K extends LogKind>(options: {
  kind: K
  partition?: LogPartition
  personal?: Personal
}): ImmutableTable & { readonly kind: K } {
  return { mutability: 'immutable', ...options }
}
