import { FreeholdError } from '@freehold/manifest/errors'
import pg from 'pg'
import { serverName, withDatabase } from './servers.js'

const oldest = 150_000

/**
 * Runs work as the administrator, with a search_path on which nobody else can put anything.
 *
 * @param url - The administrator's URL.
 * @param database - The database to enter, the URL's own when absent.
 * @throws FreeholdError `FREEHOLD_SERVER_UNREACHABLE` when there is no answer or no way in,
 *   `FREEHOLD_SERVER_UNSUPPORTED` below PostgreSQL 15, `FREEHOLD_ADMINISTRATOR_TOO_WEAK` when it is no superuser.
 */
export async function asAdministrator<T>(
  url: string,
  database: string | undefined,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await connect(url, database)
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** {@link asAdministrator}, or a way in that keeps its sessions. */
export type Enter = typeof asAdministrator

const mostKept = 8

/**
 * Runs work that enters the same databases several times. A few of its sessions are kept from one time to the next: one
 * that has asked the catalogs before answers in a third of the time.
 */
export async function withKeptSessions<T>(work: (enter: Enter) => Promise<T>): Promise<T> {
  const idle = new Map<string, pg.Client>()
  let isOver = false
  const enter: Enter = async (url, database, inside) => {
    const key = JSON.stringify([url, database])
    const client = idle.get(key) ?? (await connect(url, database))
    idle.delete(key)
    let isSound = false
    try {
      const result = await inside(client)
      isSound = true
      return result
    } finally {
      if (isSound && !isOver && !idle.has(key) && idle.size < mostKept) idle.set(key, client)
      else await client.end()
    }
  }
  try {
    return await work(enter)
  } finally {
    isOver = true
    await Promise.all([...idle.values()].map((client) => client.end()))
  }
}

async function connect(url: string, database: string | undefined): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: database === undefined ? url : withDatabase(url, database),
    application_name: 'freehold',
    connectionTimeoutMillis: 10_000,
  })
  // Without a listener, a server that goes away would end this process; the query under way reports it.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(
      "set default_transaction_read_only to off; set search_path to pg_catalog, pg_temp; set client_min_messages to warning; set lock_timeout to '10s'",
    )
  } catch (cause) {
    await client.end()
    const reason = cause instanceof Error && cause.message !== '' ? cause.message : String(cause)
    throw new FreeholdError('FREEHOLD_SERVER_UNREACHABLE', {
      message: `The server ${serverName(url)} cannot be entered: ${reason}.`,
      details: { server: serverName(url), ...(database === undefined ? {} : { database }) },
      cause,
    })
  }
  try {
    await check(client, url)
  } catch (error) {
    await client.end()
    throw error
  }
  return client
}

async function check(client: pg.Client, url: string): Promise<void> {
  const { rows } = await client.query<{ version: number; superuser: boolean; role: string }>(
    "select current_setting('server_version_num')::integer as version, rolsuper as superuser, rolname as role from pg_roles where rolname = current_user",
  )
  const found = rows[0]
  if (found === undefined || !found.superuser) {
    throw new FreeholdError('FREEHOLD_ADMINISTRATOR_TOO_WEAK', {
      message: `The role "${found?.role ?? '?'}" is no superuser of ${serverName(url)}.`,
      details: { server: serverName(url), role: found?.role },
    })
  }
  if (found.version < oldest) {
    throw new FreeholdError('FREEHOLD_SERVER_UNSUPPORTED', {
      message: `The server ${serverName(url)} is PostgreSQL ${Math.floor(found.version / 10_000)}.`,
      details: { server: serverName(url), version: found.version },
    })
  }
}
