import pg from 'pg'
import type { NamedStatement, QueryResult } from './queryable.js'

/** What the queries of `pg` use of a connection, and its types leave out. */
interface Wire {
  readonly parsedStatements: Readonly<Record<string, string>>
  readonly submittedNamedStatements: Record<string, string>
  readonly stream: { cork(): void; uncork(): void }
  _send(message: Buffer): boolean
  sync(): void
}

/** How a `pg` client speaks to a query that it has sent. */
interface Member {
  readonly _result: { _types: unknown }
  readonly name?: string | undefined
  readonly text: string
  submit(wire: Wire): Error | null
  handleRowDescription(message: unknown): void
  handleDataRow(message: unknown): void
  handleCommandComplete(message: unknown, wire: Wire): void
  handleEmptyQuery(wire: Wire): void
  handleReadyForQuery(wire: Wire): void
}

/** Called once with the results, or with the first error. */
export type GroupCallback = (error: Error | null, results: QueryResult[]) => void

/**
 * Statements that go out in one packet under one Sync. The server runs them in order, skips the rest when
 * one fails, and, outside of a transaction, takes them all for a single one (PostgreSQL's protocol,
 * "Pipelining"). A `pg` client in pipeline mode sends a Sync with each query instead: had BEGIN failed
 * there, the statements behind it would have run without a transaction.
 *
 * To the client it is one query; it hands each message to the member whose turn it is.
 */
export class StatementGroup extends pg.Query {
  /** What it sends, in order. */
  readonly statements: readonly NamedStatement[]
  readonly #members: readonly Member[]
  readonly #results: QueryResult[] = []
  #introduced: string[] = []
  #turn = 0
  #failure: Error | null = null

  constructor(statements: readonly NamedStatement[], callback: GroupCallback) {
    super({ text: '' }, callback as never)
    this.statements = statements
    this.#members = statements.map((statement) => this.#member(statement))
    this.#show()
  }

  /** Called by the client to send; an error that it returns reaches {@link StatementGroup.handleError}. */
  override submit = ((wire: Wire): Error | null => {
    const messages: Buffer[] = []
    const recorder = recorderOf(wire, messages)
    const failure = this.#record(recorder)
    if (failure !== null) {
      this.#forget(wire, this.#introduced)
      return failure
    }
    wire.stream.cork()
    wire._send(Buffer.concat(messages))
    wire.sync()
    wire.stream.uncork()
    return null
  }) as unknown as (connection: pg.Connection) => void

  handleRowDescription(message: unknown): void {
    this.#current?.handleRowDescription(message)
  }

  handleDataRow(message: unknown): void {
    this.#current?.handleDataRow(message)
  }

  handleCommandComplete(message: unknown, wire: Wire): void {
    this.#current?.handleCommandComplete(message, wire)
    this.#advance()
  }

  handleEmptyQuery(wire: Wire): void {
    this.#current?.handleEmptyQuery(wire)
    this.#advance()
  }

  handleReadyForQuery(wire: Wire): void {
    for (const member of this.#members) member.handleReadyForQuery(wire)
    this.#finish(this.#failure, this.#results)
  }

  handleError(error: Error, wire: Wire): void {
    this.#forget(wire, this.#introduced)
    this.#finish(error, [])
  }

  /** By way of the property, which the client replaces by one that also clears the query's timeout. */
  #finish(error: Error | null, results: QueryResult[]): void {
    const { callback } = this as unknown as { callback: GroupCallback }
    callback(error, results)
  }

  get #current(): Member | undefined {
    return this.#members[this.#turn]
  }

  #member(statement: NamedStatement): Member {
    const config = { ...statement, values: statement.values ?? [], queryMode: 'extended' }
    const query = new pg.Query(config as unknown as pg.QueryConfig, (error, result) => {
      if (error) this.#failure ??= error
      else this.#results.push(result)
    })
    return query as unknown as Member
  }

  #record(recorder: Wire): Error | null {
    const types = (this as unknown as Member)._result._types
    for (const member of this.#members) {
      // The client tells its own parsers of values to the query that it knows of.
      member._result._types = types
      const name = member.name
      const isKnown =
        name === undefined || name in recorder.parsedStatements || name in recorder.submittedNamedStatements
      const failure = member.submit(recorder) ?? this.#failure
      if (!isKnown) this.#introduced.push(name)
      if (failure !== null) return failure
    }
    return null
  }

  #advance(): void {
    this.#turn += 1
    this.#show()
  }

  /** The client notes as prepared what its active query is called: that of the member whose turn it is. */
  #show(): void {
    Object.assign(this, { name: this.#current?.name, text: this.#current?.text ?? '' })
  }

  /** Statements that the server skipped were never prepared, whatever the client believes. */
  #forget(wire: Wire, names: readonly string[]): void {
    for (const name of names) Reflect.deleteProperty(wire.submittedNamedStatements, name)
  }
}

/** The same connection, keeping the messages instead of sending them. */
function recorderOf(wire: Wire, messages: Buffer[]): Wire {
  return Object.create(wire, {
    _send: { value: (message: Buffer) => messages.push(message) > 0 },
    sync: { value: () => undefined },
    stream: { value: { cork: () => undefined, uncork: () => undefined } },
  }) as Wire
}
