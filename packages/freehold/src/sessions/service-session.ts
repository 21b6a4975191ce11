import { rolesOf, serviceNamed, type Service, type System } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import pg from 'pg'
import type { CredentialStore } from '../credentials/store.js'
import { sessionError } from './session-error.js'

/** What runs statements in the service's database, with the rights of its app role. */
export interface ServiceSession {
  query<Row extends object>(text: string, values: unknown[]): Promise<{ rows: Row[] }>
}

/** Whose database, with which credentials, and what the database shows as the name of the session. */
export interface ServiceSessionOptions {
  readonly system: System
  readonly credentials: CredentialStore
  readonly service: string
  readonly applicationName: string
}

/**
 * Connects to the database of a service with the credentials of its app role: with no right that the service has not.
 *
 * @param work - What is to be done. The connection ends with it.
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_SERVICE`, `FREEHOLD_CREDENTIALS_MISSING`,
 *   `FREEHOLD_SERVER_UNREACHABLE`, `FREEHOLD_SESSION_REFUSED`, and what the work throws of that kind.
 */
export async function withServiceSession<Result>(
  { system, credentials, service: name, applicationName }: ServiceSessionOptions,
  work: (client: pg.Client, service: Service) => Promise<Result>,
): Promise<Result> {
  const service = serviceNamed(system, name)
  const url = await credentials.read(name, 'app')
  if (url === undefined) {
    throw new FreeholdError('FREEHOLD_CREDENTIALS_MISSING', {
      message: `There are no credentials of ${rolesOf(service).app} in ${credentials.pathOf(name, 'app')}.`,
      details: { service: name, role: 'app' },
    })
  }
  const client = new pg.Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
  })
  let isConnected = false
  // Without a listener, a lost connection would end the process; the query that needs it reports it.
  client.on('error', () => (isConnected = false))
  try {
    await client.connect()
    isConnected = true
    return await work(client, service)
  } catch (error) {
    throw sessionError(client, error, isConnected)
  } finally {
    await client.end()
  }
}
