import { fileURLToPath } from 'node:url'
import { connect, type Database } from '@freehold/runtime'
import { identity } from '@notes/identity'
import { startSigning } from '@notes/identity/testing'
import { systemTemplates } from 'freehold/testing'
import { inject } from 'vitest'
import system from '../../../freehold.config.js'
import { userApp } from '../src/app.js'
import { Person } from './person.js'

/** The user-service on a fresh database, with everything real: PostgreSQL, sockets, signed tokens. */
export interface Stage {
  /** Where the service listens. */
  readonly origin: string
  /** The service's own connections, with the rights of user_app. */
  readonly database: Database
  /** Somebody who has never been here before. */
  person(name?: string): Promise<Person>
  close(): Promise<void>
}

export async function openStage(): Promise<Stage> {
  const templates = await systemTemplates({
    adminUrl: inject('serverUrl'),
    system,
    root: fileURLToPath(new URL('../../..', import.meta.url)),
  })
  const [databases, signing] = await Promise.all([templates.clone(), startSigning()])
  const database = connect({ url: databases.appUrl('user'), applicationName: 'user-service test' })
  const app = userApp({ database, identity: identity({ authUrl: signing.authUrl }), logger: false })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    origin,
    database,
    async person(name) {
      const id = crypto.randomUUID()
      return new Person(origin, id, await signing.tokenFor(id, name))
    },
    async close() {
      app.server.closeAllConnections()
      await app.close()
      await database.close()
      await Promise.all([databases.drop(), signing.close()])
    },
  }
}
