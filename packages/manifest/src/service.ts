import type { EventContract } from './events/event-contract.js'
import { reference, type Reference } from './reference.js'
import type { Table } from './table.js'

/** One service's part of the manifest. */
export interface Service<Owns extends Readonly<Record<string, Table>> = Readonly<Record<string, Table>>> {
  readonly name: string
  /** Its database under the strategy `databasePerService`. */
  readonly database: string
  /** The schema that its tables live in, under either strategy. */
  readonly schema: string
  readonly owns: Owns
  /** Columns that hold another service's ids: `table.column` to the table referred to. */
  readonly references: Readonly<Record<string, Reference>>
  /** The events that it tells others. They are appended to its log of kind `events`. */
  readonly publishes: readonly EventContract[]
  /** The types of the events that it hears, by the service that publishes them. */
  readonly consumes: Readonly<Record<string, readonly string[]>>
  /**
   * The contracts that `consumes` was given. In a system, only those that are other ones than their publisher's: by them
   * the service reads those events.
   */
  readonly expects?: readonly EventContract[]
  /** The folder of its migrations, relative to the folder of the configuration. */
  readonly migrations: string
}

/** What a team writes in its `ownership.ts`. */
export interface ServiceDefinition<Owns extends Readonly<Record<string, Table>>> {
  /** Names the service, its schema and its roles: lower case, digits, single underscores. */
  name: string
  database: string
  /** Defaults to the name. */
  schema?: string
  owns: Owns
  references?: Readonly<Record<string, Reference | string>>
  /** Results of `defineEvent`. Publishing needs a log: `events: immutable({ kind: 'events' })` in `owns`. */
  publishes?: readonly EventContract[]
  /**
   * By the publishing service: its contracts, or their types. Only who is named here may read its events. A contract that
   * says less of the data than the publisher's says what this service needs of it.
   */
  consumes?: Readonly<Record<string, readonly (EventContract | string)[]>>
  /** Relative to the folder of the configuration; defaults to `services/<name>-service/migrations`. */
  migrations?: string
}

/**
 * Declares a service and the tables that it owns. Nothing is judged here: {@link defineSystem} reports
 * all that is wrong, over all services, at once.
 */
export function defineService<const Owns extends Readonly<Record<string, Table>>>(
  definition: ServiceDefinition<Owns>,
): Service<Owns> {
  const { name, database, schema = name, owns, references = {}, publishes = [], consumes = {} } = definition
  const { migrations = `services/${name}-service/migrations` } = definition
  const written = Object.entries(references).map(
    ([column, to]) => [column, typeof to === 'string' ? reference(to) : to] as const,
  )
  const heard = Object.entries(consumes).map(
    ([from, events]) =>
      [from, events.map((event) => (typeof event === 'string' ? event : event.type))] as const,
  )
  const expects = Object.values(consumes)
    .flat()
    .filter((event) => typeof event !== 'string')
  return {
    name,
    database,
    schema,
    owns,
    references: Object.fromEntries(written),
    publishes,
    consumes: Object.fromEntries(heard),
    ...(expects.length > 0 && { expects }),
    migrations,
  }
}
