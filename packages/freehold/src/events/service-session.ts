import { rolesOf, serviceNamed, type Service, type System } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import pg from 'pg'
import type { CredentialStore } from '../credentials/store.js'

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
 *   `FREEHOLD_EVENTS_UNREACHABLE`, and what the work throws of that kind.
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
  const client = new pg.Client({ connectionString: url, application_name: applicationName })
  // A lost connection is met by the query that needs it; without a listener it would end the process.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await work(client, service)
  } catch (error) {
    throw error instanceof FreeholdError ? error : unreachable(client, error)
  } finally {
    await client.end()
  }
}

function unreachable({ host, port, database, user }: pg.Client, cause: unknown): FreeholdError {
  const reason = cause instanceof Error ? cause.message || String(Reflect.get(cause, 'code')) : String(cause)
  const sqlstate = cause instanceof pg.DatabaseError ? cause.code : undefined
  return new FreeholdError('FREEHOLD_EVENTS_UNREACHABLE', {
    message: `${user ?? 'The service'} could not get at its events in ${database ?? ''} on ${host}:${port}: ${reason}`,
    details: { host, port, database, user, sqlstate },
    cause,
  })
}
