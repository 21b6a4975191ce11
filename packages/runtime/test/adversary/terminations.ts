import pg from 'pg'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Seeded } from '../fixtures/seeded.js'

/** Ends the connections of sealers, over and over. */
export interface Terminations {
  /** Stops when at least so many were ended. */
  stop(least: number): Promise<void>
}

/**
 * @param adminUrl - The administrator's, into the database of the sealers.
 * @param application - The name that the sealers' connections have.
 */
export async function terminate(
  adminUrl: string,
  application: string,
  random: Seeded,
): Promise<Terminations> {
  const client = new pg.Client(adminUrl)
  await client.connect()
  let least = Infinity
  const loop = async (): Promise<void> => {
    for (let ended = 0; ended < least;) {
      const { rowCount } = await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = $1 and datname = current_database()`,
        [application],
      )
      ended += rowCount ?? 0
      await sleep(random.below(40))
    }
    await client.end()
  }
  const ended = loop()
  return {
    stop(enough) {
      least = enough
      return ended
    },
  }
}
