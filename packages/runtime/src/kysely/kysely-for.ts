import { Kysely, PostgresDialect, type DialectAdapter, type Driver } from 'kysely'
import type { Database } from '../database/index.js'
import { ServiceAdapter } from './service-adapter.js'
import { ServiceDriver } from './service-driver.js'

/**
 * Kysely on the connections of a database, in its way of beginning, ending and translating errors. It is
 * closed with the database; `destroy()` leaves the connections alone. Streaming needs cursors, which
 * pipelined connections do not have.
 */
export function kyselyFor<DB>(database: Database): Kysely<DB> {
  return new Kysely<DB>({ dialect: new ServiceDialect(database) })
}

class ServiceDialect extends PostgresDialect {
  readonly #database: Database

  constructor(database: Database) {
    super({ pool: database.pool })
    this.#database = database
  }

  override createAdapter(): DialectAdapter {
    return new ServiceAdapter(this.#database.keys)
  }

  override createDriver(): Driver {
    return new ServiceDriver(this.#database.pool)
  }
}
