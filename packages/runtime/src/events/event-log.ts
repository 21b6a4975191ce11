import { eventsLogOf, type EventContract, type Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import {
  isInTransaction,
  translateDatabaseError,
  type NamedStatement,
  type Queryable,
} from '../database/index.js'
import type { Append } from '../logs/append.js'
import { requiredKeys, Unsealed, type KeyStore } from '../personal/index.js'
import { json } from '../statements/json.js'
import { appendStatements } from './append-statements.js'
import { checkOf, type CheckedEvent, type EventCheck } from './checked-event.js'
import { isPersonal, sealedEvent } from './personal-event.js'
import type { NewEvent, NewEvents } from './new-event.js'

/** The least that can run a statement: its text with `$1`, `$2` …, and a value for each. */
export interface StatementRunner {
  /** The keys of personal data: events with personal members cannot be appended without. */
  readonly keys?: KeyStore | undefined
  query(text: string, values: unknown[]): Promise<unknown>
}

/** The log that a service tells the others by. */
export interface EventLog {
  readonly table: string

  /**
   * Appends events in the transaction that makes them true, in one statement.
   *
   * Known for transactions are those of `connect`, `queryableOf…` of Kysely, Drizzle and postgres.js, and a client of
   * `pg` after BEGIN. What else runs statements is taken for one only when it has written before: there, first the
   * change, then the event.
   *
   * @param tx - The open transaction.
   * @returns The ids of the events, in their order.
   * @throws FreeholdError `FREEHOLD_EVENT_OUTSIDE_TRANSACTION`; as {@link EventLog.statement} does; and for an event with
   *   personal members as {@link EventLog.sealedStatement} does, with the keys of `tx`: `FREEHOLD_KEY_STORE_MISSING`
   *   where it has none.
   */
  append<Contract extends EventContract>(
    tx: StatementRunner,
    event: NewEvent<Contract>,
  ): Promise<readonly string[]>
  append<const Contracts extends readonly EventContract[]>(
    tx: StatementRunner,
    events: NewEvents<Contracts>,
  ): Promise<readonly string[]>

  /**
   * An event to ride along in an entity's statement, so that change and event are one round trip. What is personal in it
   * is sealed when that statement is run, with the keys of whoever runs it.
   *
   * @throws FreeholdError `FREEHOLD_EVENT_NOT_PUBLISHED`, `FREEHOLD_EVENT_TOO_LARGE`, `FREEHOLD_EVENT_INVALID`.
   */
  entry<Contract extends EventContract>(event: NewEvent<Contract>): Append

  /**
   * The statement that appends events, for `batch`. Nothing looks after it being sent with the change.
   *
   * @param events - At least one, or the statement appends nothing.
   * @throws FreeholdError `FREEHOLD_EVENT_NOT_PUBLISHED` when the contract is none of the service's,
   *   `FREEHOLD_EVENT_TOO_LARGE` for more than 262,144 bytes of JSON, `FREEHOLD_EVENT_INVALID` when an event does not
   *   fit its contract, with JSON Pointers to all that is wrong in `details.problems`; `FREEHOLD_KEY_STORE_MISSING` when
   *   one has personal members: they have to be sealed, see {@link EventLog.sealedStatement}.
   */
  statement<const Contracts extends readonly EventContract[]>(events: NewEvents<Contracts>): NamedStatement

  /**
   * The same for events with personal members, which are sealed now.
   *
   * @param keys - Those of the service.
   * @throws FreeholdError as {@link EventLog.statement} does; `FREEHOLD_SUBJECT_ERASED` when a subject was forgotten,
   *   `FREEHOLD_KEY_STORE_UNAVAILABLE` and `FREEHOLD_KEY_STORE_UNREADABLE` when its key cannot be had.
   */
  sealedStatement<const Contracts extends readonly EventContract[]>(
    keys: KeyStore,
    events: NewEvents<Contracts>,
  ): Promise<NamedStatement>
}

/**
 * The log of kind `events` of a service.
 *
 * @param service - Its part of the manifest: only what it publishes can be appended.
 * @throws FreeholdError `FREEHOLD_EVENT_LOG_MISSING` when it has declared none.
 */
export function eventLog(service: Service): EventLog {
  const table = eventsLogOf(service)
  if (table === undefined) throw logMissing(service)
  const statements = appendStatements(table)
  const checked = checks(service)
  return {
    table,
    async append(tx: StatementRunner, events: NewEvent | readonly NewEvent[]) {
      const rows = (isList(events) ? events : [events]).map(checked)
      if (rows.length > 0) await appended(tx, rows)
      return rows.map(({ id }) => id)
    },
    entry: (event) => ({ log: table, values: columnsOf(checked(event)) }),
    statement: (events: readonly NewEvent[]) => statements.plain(plain(events.map(checked))),
    async sealedStatement(keys: KeyStore, events: readonly NewEvent[]) {
      return statements.plain(await sealed(events.map(checked), keys))
    },
  }

  async function appended(tx: StatementRunner, given: readonly CheckedEvent[]): Promise<void> {
    const isKnown = isInTransaction(tx)
    if (isKnown === false) throw outside(given, 'there is no open transaction')
    const rows = given.some(isPersonal) ? await sealed(given, requiredKeys(tx.keys)) : given
    try {
      if (isKnown === true) await (tx as Queryable).query(statements.plain(rows))
      else await guarded(tx, rows)
    } catch (error) {
      throw translateDatabaseError(error, service)
    }
  }

  async function guarded(tx: StatementRunner, rows: readonly CheckedEvent[]): Promise<void> {
    const { text, values = [] } = statements.guarded(rows)
    const result = await tx.query(text, [...values])
    if (rowsIn(result) !== rows.length) throw outside(rows, 'nothing was written before it in a transaction')
  }
}

function checks(service: Service): EventCheck {
  const byType = new Map(service.publishes.map((contract) => [contract.type, checkOf(contract)]))
  return (event) => {
    const check = byType.get(event.contract.type)
    if (check !== undefined) return check(event)
    throw new FreeholdError('FREEHOLD_EVENT_NOT_PUBLISHED', {
      message: `The service "${service.name}" does not publish ${event.contract.type}.`,
      details: { service: service.name, type: event.contract.type, publishes: [...byType.keys()] },
    })
  }
}

function plain(rows: readonly CheckedEvent[]): readonly CheckedEvent[] {
  const personal = rows.find(isPersonal)
  if (personal === undefined) return rows
  throw new FreeholdError('FREEHOLD_KEY_STORE_MISSING', {
    message: `The event ${personal.type} has personal members, and its statement was asked for without keys.`,
    fix: 'Use `await log.sealedStatement(keys, events)`, or `append` over a connection that has keys.',
    details: { type: personal.type },
  })
}

function sealed(rows: readonly CheckedEvent[], keys: KeyStore): Promise<CheckedEvent[]> {
  return Promise.all(rows.map((row) => sealedEvent(row, keys)))
}

function columnsOf(event: CheckedEvent): Append['values'] {
  const data = isPersonal(event)
    ? new Unsealed(async (keys) => json((await sealedEvent(event, keys)).data))
    : json(event.data)
  return [
    ['id', event.id],
    ['type', event.type],
    ['key', event.key],
    ['data', data],
    ['correlation_id', event.correlationId],
    ['causation_id', event.causationId],
    ['traceparent', event.traceparent],
  ]
}

function isList(events: NewEvent | readonly NewEvent[]): events is readonly NewEvent[] {
  return Array.isArray(events)
}

/** Drivers give rows by themselves, or in an object. */
function rowsIn(result: unknown): number | undefined {
  if (Array.isArray(result)) return result.length
  if (typeof result !== 'object' || result === null || !('rows' in result)) return undefined
  return Array.isArray(result.rows) ? result.rows.length : undefined
}

function outside(rows: readonly CheckedEvent[], reason: string): FreeholdError {
  const types = [...new Set(rows.map(({ type }) => type))]
  return new FreeholdError('FREEHOLD_EVENT_OUTSIDE_TRANSACTION', {
    message: `An event ${types.join(', ')} was to be appended outside of the change that it tells: ${reason}.`,
    details: { types, reason },
  })
}

function logMissing(service: Service): FreeholdError {
  return new FreeholdError('FREEHOLD_EVENT_LOG_MISSING', {
    message: `The service "${service.name}" has no log of events.`,
    details: { service: service.name },
  })
}
