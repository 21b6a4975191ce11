import { Logger, runMigrations } from 'graphile-worker'
import type { Pool } from 'pg'

/** What its jobs are called. */
export const task = 'note-revised'

/** Its SQL function, for the transaction of the change. */
export const addJob = `select graphile_worker.add_job('${task}', $1::json)`

/** Says nothing. */
export const silent = new Logger(() => () => undefined)

/** Creates the tables of graphile-worker. */
export function installGraphile(pgPool: Pool): Promise<void> {
  return runMigrations({ pgPool, logger: silent })
}
