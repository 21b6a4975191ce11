import { rolesOf, serviceNamed, type System } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import pg from 'pg'
import type { CredentialStore } from '../credentials/store.js'
import { eventReader, type EventReader } from './event-reader.js'

/** Whose events, with which credentials. */
export interface ReadingOptions {
  readonly system: System
  readonly credentials: CredentialStore
  readonly service: string
}

/**
 * Reads the events of a service with the credentials of its app role, in a session that cannot write.
 *
 * @param work - What is to be done with the reader. The connection ends with it.
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_SERVICE`, `FREEHOLD_CREDENTIALS_MISSING`,
 *   `FREEHOLD_EVENT_LOG_MISSING`, `FREEHOLD_EVENTS_NOT_READ`, and what the work throws.
 */
export async function withEventReader<Result>(
  { system, credentials, service: name }: ReadingOptions,
  work: (reader: EventReader) => Promise<Result>,
): Promise<Result> {
  const service = serviceNamed(system, name)
  const url = await credentials.read(name, 'app')
  if (url === undefined) {
    throw new FreeholdError('FREEHOLD_CREDENTIALS_MISSING', {
      message: `There are no credentials of ${rolesOf(service).app} in ${credentials.pathOf(name, 'app')}.`,
      details: { service: name, role: 'app' },
    })
  }
  const client = new pg.Client({ connectionString: url, application_name: 'freehold events' })
  // A lost connection is met by the query that needs it; without a listener it would end the process.
  client.on('error', () => undefined)
  try {
    const reader = eventReader(client, service)
    await client.connect()
    await client.query('set default_transaction_read_only = on')
    return await work(reader)
  } catch (error) {
    throw error instanceof FreeholdError ? error : unreadable(client, error)
  } finally {
    await client.end()
  }
}

function unreadable({ host, port, database, user }: pg.Client, cause: unknown): FreeholdError {
  const reason = cause instanceof Error ? cause.message || String(Reflect.get(cause, 'code')) : String(cause)
  const sqlstate = cause instanceof pg.DatabaseError ? cause.code : undefined
  return new FreeholdError('FREEHOLD_EVENTS_NOT_READ', {
    message: `${user ?? 'The service'} could not read the events of ${database ?? ''} on ${host}:${port}: ${reason}`,
    details: { host, port, database, user, sqlstate },
    cause,
  })
}
