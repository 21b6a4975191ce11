import type pg from 'pg'
import type { Patience } from './patience.js'
import type { ParsedMigration } from './statements.js'

/** How long the statements of a run wait for a lock: no longer than the run has patience. */
export interface LockWaits {
  /** Limits the waits of what comes next, in milliseconds. A migration that has set a limit of its own keeps it. */
  limit(migration: ParsedMigration, ms: number): Promise<void>
  /** The same, after a statement that has taken all settings back. */
  restore(migration: ParsedMigration, ms: number): Promise<void>
  /** The session has this limit now. */
  wasSet(ms: number): void
}

/** Below this, even a lock that is free in a moment would not be had. */
const leastMs = 1_000

/** The limits of a session. */
export function lockWaitsOf(session: pg.Client, patience: Patience): LockWaits {
  let current: number | undefined
  const limit = async ({ statements }: ParsedMigration, ms: number): Promise<void> => {
    if (statements.some(({ sessionSetting }) => sessionSetting === 'lock_timeout')) return
    const wanted = Math.round(Math.min(ms, Math.max(patience.leftMs(), leastMs)))
    if (wanted === current) return
    await session.query("select set_config('lock_timeout', $1, false)", [String(wanted)])
    current = wanted
  }
  return {
    limit,
    restore(migration, ms) {
      current = undefined
      return limit(migration, ms)
    },
    wasSet(ms) {
      current = ms
    },
  }
}
