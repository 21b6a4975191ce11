import type { Phase } from '../migrations/directives.js'

/** A column of a table. */
export interface ColumnName {
  readonly table: string
  readonly column: string
}

/** What is to become of a table. */
export type Evolution =
  | (ColumnName & { readonly kind: 'rename-column'; readonly to: string })
  | (ColumnName & {
      readonly kind: 'change-type'
      readonly type: string
      /** The name of the column of the new type. */
      readonly to: string
      /** From the old column; a cast when absent. */
      readonly using?: string
      /** From the new one; a cast when absent. */
      readonly back?: string
    })
  | (ColumnName & {
      readonly kind: 'split'
      /** The new columns, and what each is made of. */
      readonly into: readonly { readonly column: string; readonly using: string }[]
      readonly back: string
    })
  | (ColumnName & { readonly kind: 'set-not-null'; readonly default?: string })
  | (ColumnName & { readonly kind: 'add-foreign-key'; readonly references: ColumnName })
  | (ColumnName & { readonly kind: 'drop-column' })
  | { readonly kind: 'drop-table'; readonly table: string }

/** One file of a path. */
export interface PathStep {
  /** The end of the file's name. */
  readonly name: string
  readonly phase: Phase
  /** The versions of the service that may run once it is applied: `>=1.2.0`. */
  readonly compatible: string
  /** What must be unused before it: `profiles.display_name after 1 day`. */
  readonly contract?: string
  /** What it does, and what must be true before the next: paragraphs. */
  readonly about: readonly string[]
  readonly sql: string
}

/** All files of a path, and what is left to people. */
export interface EvolutionPath {
  readonly steps: readonly PathStep[]
  /** What to change in code and in ownership.ts, and when: sentences. */
  readonly advice: readonly string[]
}

/** What a path is written for. */
export interface PathContext {
  /** The name of the path, as its files have it. */
  readonly path: string
  /** The version that runs now. */
  readonly current: string
  /** The first version that knows the new shape. */
  readonly next: string
  /** How long the old shape must be unused before it goes: `1 day`. */
  readonly unusedFor: string
}

/** What every path that ends in a contract step says of it. */
export const contractComesLast =
  'The contract step has the highest number of its folder, or holds back what comes after it: while it waits, write new migrations with --before-contracts.'
