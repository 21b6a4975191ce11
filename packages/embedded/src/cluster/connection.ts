import { FreeholdError } from '@freehold/manifest/errors'
import pg from 'pg'
import { superuser } from './hba.js'

/** The superuser's URL. */
export function connectionUrl(port: number, password: string): string {
  return `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`
}

/** The version of the server behind a URL, unless the password is not the one that it knows. */
export async function versionBehind(url: string): Promise<number | 'wrong password'> {
  try {
    return await withConnection(url, async (client) => {
      const { rows } = await client.query<{ version: string }>(
        `select current_setting('server_version_num') as version`,
      )
      return Number(rows[0]?.version)
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '28P01') return 'wrong password'
    throw error
  }
}

/** Runs some work on a connection of its own. */
export async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'freehold-embedded' })
  // A connection that breaks between two queries fails the next one; that is soon enough.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** The error for a server that refuses the password it was just given. */
export function passwordRefused(dataDirectory: string): FreeholdError {
  return new FreeholdError('FREEHOLD_EMBEDDED_FAILED', {
    message: `The server in ${dataDirectory} refuses the password of ${superuser} that was set for it.`,
    details: { dataDirectory },
  })
}
