import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import pg from 'pg'
import { serverName } from '../provisioning/servers.js'

/** What the server answered: a SQLSTATE, `00000` for no error. */
export interface Outcome {
  readonly code: string
  readonly message: string
}

/** The SQLSTATE of a statement that ended without an error. */
export const noError = '00000'

/** Stands for a SQLSTATE where an attack was not made, because what it needs could not be put there. */
export const unprepared = 'unprepared'

// Self-settable, so no wall; but no attack of ours waits, or is waited for, for long.
const limits =
  "set statement_timeout to '5s'; set lock_timeout to '100ms'; set idle_in_transaction_session_timeout to '10s'; set client_min_messages to error"

/** As the administrator too, nothing of ours may wait for long on a system that is in use. */
export async function limitWaits(administrator: pg.Client): Promise<void> {
  await administrator.query("set lock_timeout to '100ms'; set statement_timeout to '30s'")
}

/**
 * Opens a session as a role, with the role's own credentials.
 *
 * @returns The client, or why the server let nobody in.
 * @throws FreeholdError `FREEHOLD_PROVE_INTERRUPTED` when there is no server to answer.
 */
export async function enter(
  url: string,
  options: Pick<pg.ClientConfig, 'options'> = {},
): Promise<pg.Client | Outcome> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'freehold prove',
    connectionTimeoutMillis: 10_000,
    ...options,
  })
  // The statement under way, or the next one, reports it.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(limits)
    return client
  } catch (error) {
    await client.end()
    return outcomeOf(error, url)
  }
}

/** Runs a statement for its outcome. */
export async function attempt(client: pg.Client, sql: string, url: string): Promise<Outcome> {
  try {
    await client.query(sql)
    return { code: noError, message: 'it ended without an error' }
  } catch (error) {
    return outcomeOf(error, url)
  }
}

/**
 * The server's refusal. Anything else, and a server that goes away, ends the proof.
 *
 * @throws FreeholdError `FREEHOLD_PROVE_INTERRUPTED`.
 */
export function outcomeOf(error: unknown, url: string): Outcome {
  if (error instanceof pg.DatabaseError && error.code !== undefined && !isLoss(error.code))
    return { code: error.code, message: error.message }
  throw interrupted(error, url)
}

/** What a query threw, told as what ends the proof where the connection is lost; anything else is thrown as it is. */
export function asInterruption(error: unknown, url: string): unknown {
  if (isFreeholdError(error)) return error
  const isAnswer = error instanceof pg.DatabaseError && error.code !== undefined && !isLoss(error.code)
  return isAnswer ? error : interrupted(error, url)
}

function interrupted(cause: unknown, url: string): FreeholdError {
  const reason = cause instanceof Error && cause.message !== '' ? cause.message : String(cause)
  return new FreeholdError('FREEHOLD_PROVE_INTERRUPTED', {
    message: `The server ${serverName(url)} went away while it was being proven: ${reason}.`,
    details: { server: serverName(url) },
    cause,
  })
}

/** A connection that is lost, or a server that stops or starts. */
function isLoss(code: string): boolean {
  return code.startsWith('08') || ['57P01', '57P02', '57P03'].includes(code)
}
