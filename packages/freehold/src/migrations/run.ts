import type { Service, System } from '@freehold/manifest'
import type pg from 'pg'
import type { OnMigrationProgress } from './progress.js'
import type { LockWaits } from './lock-waits.js'
import type { RetryLimits } from './retries.js'

/** What a migration runs with. */
export interface MigrationRun {
  readonly session: pg.Client
  /** The migrator's, for a look at the session from beside it. */
  readonly url: string
  readonly system: Pick<System, 'name'>
  readonly service: Service
  readonly serverVersion: number
  readonly limits: RunLimits
  readonly lockWaits: LockWaits
  readonly onProgress?: OnMigrationProgress | undefined
  /** Why a contract step is applied although something may still use what it takes away. */
  readonly contractedBecause?: string | undefined
}

/** How long its statements may wait, in milliseconds. */
export interface RunLimits {
  /** For statements that others queue behind. */
  readonly lockTimeoutMs: number
  /** For CONCURRENTLY, which nobody queues behind. */
  readonly concurrentLockTimeoutMs: number
  readonly retries: RetryLimits
  /** After which a server that answers nobody is given up. */
  readonly silenceMs: number
}
