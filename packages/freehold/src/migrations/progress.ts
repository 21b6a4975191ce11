import type { RunInTheWay } from './lock.js'
import type { MigrationFile } from './migration-file.js'

/** What a run tells while it goes on. */
export type MigrationProgress =
  /** Another run has the service. */
  | { readonly kind: 'waiting'; readonly run: RunInTheWay; readonly waitedMs: number }
  | { readonly kind: 'connecting'; readonly reason: string; readonly waitedMs: number }
  | { readonly kind: 'applying'; readonly migration: MigrationFile }
  | {
      readonly kind: 'statement'
      readonly migration: MigrationFile
      readonly step: number
      readonly of: number
    }
  | {
      /** The statement was begun before; this is what the catalog says of its end. */
      readonly kind: 'recovering'
      readonly migration: MigrationFile
      readonly step: number
      /** Whether this run has begun it, and tries it again. */
      readonly isRetry: boolean
      readonly verdict: 'done' | 'run'
      readonly because: string
    }
  | {
      readonly kind: 'backfilling'
      readonly migration: MigrationFile
      readonly step: number
      /** Rows of the table that are passed. */
      readonly rowsDone: number
      /** By the server's statistics; null when it has none. */
      readonly estimatedRows: number | null
      readonly rowsPerSecond: number
      /** Null when the rows are not known. */
      readonly etaMs: number | null
    }
  | { readonly kind: 'rebuilding'; readonly migration: MigrationFile; readonly index: string }
  | {
      readonly kind: 'retrying'
      readonly migration: MigrationFile
      readonly reason: string
      readonly inMs: number
    }
  | { readonly kind: 'notice'; readonly message: string }
  | { readonly kind: 'applied'; readonly migration: MigrationFile; readonly durationMs: number }

/** Receives what a run tells. */
export type OnMigrationProgress = (progress: MigrationProgress) => void
