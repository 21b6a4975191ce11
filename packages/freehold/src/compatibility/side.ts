import { FreeholdError } from '@freehold/manifest/errors'
import pg from 'pg'
import { asAdministrator } from '../provisioning/administrator.js'
import { serverName } from '../provisioning/servers.js'

/** A database on which statements are tried, and as whom. It is a shadow: what is tried there may leave traces. */
export interface Side {
  /** A superuser's, into the database. */
  readonly url: string
  /** The role that the service runs as. */
  readonly role: string
  /** Schemas in which the service finds its tables. */
  readonly searchPath: readonly string[]
}

/** What came of something that was tried. */
export type Outcome = Success | Failure

/** It worked. */
export interface Success {
  readonly ok: true
  /** How many rows were returned or changed. */
  readonly rows: number
  readonly fields: readonly Field[]
  readonly data: readonly Readonly<Record<string, unknown>>[]
}

/** The server refused it. */
export interface Failure {
  readonly ok: false
  readonly sqlstate: string
  readonly message: string
}

/** What the server said: `column "x" does not exist (42703)`. */
export function inWords({ message, sqlstate }: Failure): string {
  return `${message} (${sqlstate})`
}

/** A column of a result. */
export interface Field {
  readonly name: string
  /** The OID of its type. */
  readonly type: number
  /** Its length or precision, as the server encodes it. */
  readonly modifier: number
}

/** A session of the service's role. All that is sent is sent at once, and answered in its order. */
export interface SideSession extends AsyncDisposable {
  /** As `server_version_num`. */
  readonly version: number
  /** Tries a statement outside of a transaction. */
  attempt(text: string): Promise<Outcome>
  /** Tries it in a transaction of its own, with deferred constraints looked at, and takes it back. */
  attemptAndUndo(text: string, before?: string): Promise<Outcome>
  /** Rows of a question that is the gate's own. */
  ask<Row extends object>(text: string): Promise<Row[]>
}

const limits = "set statement_timeout to '5s'; set lock_timeout to '2s'; set client_min_messages to error"

/**
 * Opens a session with the rights and the search_path of the service.
 *
 * @throws FreeholdError `FREEHOLD_SERVER_UNREACHABLE`, or `FREEHOLD_COMPATIBILITY_NO_ROLE` when there is no such role.
 */
export async function openSide(side: Side): Promise<SideSession> {
  const client = new pg.Client({ connectionString: side.url, application_name: 'freehold', pipeline: true })
  // Without a listener, a server that goes away would end this process; the query under way reports it.
  client.on('error', () => undefined)
  try {
    await client.connect()
  } catch (cause) {
    await client.end()
    throw unreachable(side, cause)
  }
  let version = 0
  try {
    await client.query(limits)
    const { rows } = await client.query<{ version: number }>(
      "select current_setting('server_version_num')::integer as version",
    )
    version = rows[0]?.version ?? 0
    await client.query(
      `set search_path to ${side.searchPath.map((name) => pg.escapeIdentifier(name)).join(', ')}`,
    )
    await client.query(`set session authorization ${pg.escapeIdentifier(side.role)}`)
  } catch (cause) {
    await client.end()
    throw new FreeholdError('FREEHOLD_COMPATIBILITY_NO_ROLE', {
      message: `Statements cannot be tried as ${side.role}: ${messageOf(cause)}.`,
      details: { role: side.role },
      cause,
    })
  }
  // What was tried before may have left its transaction broken.
  const attempt = (text: string): Promise<Outcome> => client.query(`rollback; ${text}`).then(success, failure)
  return {
    version,
    attempt,
    attemptAndUndo: (text, before = '') =>
      attempt(`begin; ${before}${text}\n; set constraints all immediate; rollback`),
    ask: async <Row extends object>(text: string) => {
      const answer: unknown = await client.query(`rollback; ${text}`)
      return (answer as pg.QueryResult<Row>[]).flatMap(({ rows }) => rows)
    },
    [Symbol.asyncDispose]: () => client.end(),
  }
}

/** Asks something as the superuser. */
export function asSuperuser<T>(side: Side, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return asAdministrator(side.url, undefined, work)
}

function success(answer: pg.QueryResult | pg.QueryResult[]): Success {
  // What is the gate's own, BEGIN and the like, has neither rows nor columns.
  const own = new Set(['BEGIN', 'ROLLBACK', 'SET', 'PREPARE', 'SET CONSTRAINTS'])
  const results = (Array.isArray(answer) ? answer : [answer]).filter(({ command }) => !own.has(command))
  const result = results.findLast(({ fields, rowCount }) => fields.length > 0 || rowCount !== null)
  return {
    ok: true,
    rows: result?.rowCount ?? 0,
    fields:
      result?.fields.map(({ name, dataTypeID, dataTypeModifier }) => ({
        name,
        type: dataTypeID,
        modifier: dataTypeModifier,
      })) ?? [],
    data: (result?.rows ?? []) as Success['data'],
  }
}

function failure(cause: unknown): Failure {
  if (!(cause instanceof pg.DatabaseError) || cause.code === undefined) throw cause
  return { ok: false, sqlstate: cause.code, message: cause.message }
}

function unreachable({ url }: Side, cause: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_SERVER_UNREACHABLE', {
    message: `The server ${serverName(url)} cannot be entered: ${messageOf(cause)}.`,
    details: { server: serverName(url) },
    cause,
  })
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
