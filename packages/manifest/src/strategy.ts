/** A database for every service. */
export interface DatabasePerService {
  readonly kind: 'database-per-service'
}

/** One database, a schema for every service: transitional. */
export interface SharedDatabase {
  readonly kind: 'shared-database'
  readonly database: string
}

/** Where the services' schemas live. */
export type Strategy = DatabasePerService | SharedDatabase

/** The recommended strategy: every service has a database of its own, on one server or on many. */
export function databasePerService(): DatabasePerService {
  return { kind: 'database-per-service' }
}

/**
 * The transitional strategy: one database, in which every service has a schema of its own. Catalogs,
 * statistics and sizes are visible across schemas, and no service can be restored alone.
 *
 * @param options - `database`: the name of the one database.
 */
export function sharedDatabase(options: { database: string }): SharedDatabase {
  return { kind: 'shared-database', ...options }
}
