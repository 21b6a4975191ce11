import pg from 'pg'
import type { Closing } from '../../stage/closing.js'

/** A pool that says when one of its connections breaks; graphile-worker complains about one that does not. */
export function quietPool(connectionString: string, closing: Closing): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 12 })
  pool.on('error', complain)
  pool.on('connect', (client) => {
    client.on('error', complain)
  })
  closing.defer(() => pool.end())
  return pool
}

function complain(error: Error): void {
  console.error(error)
}
