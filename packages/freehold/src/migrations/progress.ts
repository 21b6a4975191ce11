import type { MigrationFile } from './migration-file.js'

/** What a run tells while it goes on. */
export type MigrationProgress =
  | { readonly kind: 'waiting'; readonly holderPid?: number; readonly waitedMs: number }
  | { readonly kind: 'applying'; readonly migration: MigrationFile }
  | {
      readonly kind: 'statement'
      readonly migration: MigrationFile
      readonly step: number
      readonly of: number
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
