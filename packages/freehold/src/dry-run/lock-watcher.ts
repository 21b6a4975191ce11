import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { sqlFile } from '../provisioning/sql-files.js'

/** Sees what a session locks. */
export interface LockWatcher {
  /** By oid of a relation, the strongest lock that was seen so far, as PostgreSQL calls it. */
  readonly strongest: ReadonlyMap<number, string>
  /** Looks once, which is enough while a transaction is open: it holds what it has taken. */
  look(): Promise<void>
  /**
   * Looks for as long as a statement runs that takes and frees its locks as it goes on.
   *
   * The tables are held meanwhile until it queues up for one: on small tables it would be over before anybody has
   * looked.
   */
  during(held: HeldTables, run: () => Promise<unknown>): Promise<void>
}

/** Tables that are not to change their shape unseen. */
export interface HeldTables {
  readonly schema: string
  readonly tables: readonly string[]
}

interface LockRow {
  readonly oid: number | null
  readonly mode: string
  readonly waits: boolean
}

const modes = [
  'AccessShareLock',
  'RowShareLock',
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
]
const lookEveryMs = 2

/** Watches a session from another one of an administrator in the same database. */
export function lockWatcher(beside: pg.Client, watched: pg.Client): LockWatcher {
  const pid = Reflect.get(watched, 'processID') as number
  const strongest = new Map<number, string>()

  const look = async (): Promise<{ waits: boolean }> => {
    const { rows } = await beside.query<LockRow>(sqlFile('dry-run/locks.sql'), [pid])
    for (const { oid, mode } of rows) {
      if (oid !== null && modes.indexOf(mode) > modes.indexOf(strongest.get(oid) ?? '')) {
        strongest.set(oid, mode)
      }
    }
    return { waits: rows.some(({ waits }) => waits) }
  }

  return {
    strongest,
    async look() {
      await look()
    },
    async during(held, run) {
      await hold(beside, held)
      let [holding, ended] = [true, false]
      const running = run().finally(() => (ended = true))
      const watching = (async () => {
        while (!ended) {
          const { waits } = await look()
          if (waits && holding) {
            holding = false
            await beside.query('rollback')
          }
          await sleep(lookEveryMs)
        }
        if (holding) await beside.query('rollback')
      })()
      // A failure is told when the tables are let go, and not before.
      await Promise.allSettled([running, watching])
      await Promise.all([running, watching])
    },
  }
}

/** In the weakest mode that no change of a table's shape gets past, and reading and writing does. */
async function hold(beside: pg.Client, { schema, tables }: HeldTables): Promise<void> {
  await beside.query('begin')
  for (const table of tables) {
    const name = `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(table)}`
    await beside.query(`lock table only ${name} in share update exclusive mode`)
  }
}
