import { fileURLToPath } from 'node:url'
import { connect, type Database } from '@freehold/runtime'
import { temporaryKeyStore } from '@freehold/runtime/keys'
import type { KeyStore } from '@freehold/runtime/personal'
import { identity } from '@notes/identity'
import { startSigning } from '@notes/identity/testing'
import { systemTemplates } from 'freehold/testing'
import { inject } from 'vitest'
import system from '../../../freehold.config.js'
import { notesApp } from '../src/app.js'
import { Person } from './person.js'

/** The notes-service on a fresh database, with everything real: PostgreSQL, sockets, signed tokens. */
export interface Stage {
  /** Where the service listens. */
  readonly origin: string
  /** The service's own connections, with the rights of notes_app. */
  readonly database: Database
  /** Its key store: a real one, in a folder of its own. */
  readonly keys: KeyStore
  /** Somebody who has never been here before. */
  person(): Promise<Person>
  close(): Promise<void>
}

export async function openStage(): Promise<Stage> {
  const templates = await systemTemplates({
    adminUrl: inject('serverUrl'),
    system,
    root: fileURLToPath(new URL('../../..', import.meta.url)),
  })
  const [databases, signing, store] = await Promise.all([
    templates.clone(),
    startSigning(),
    temporaryKeyStore('notes'),
  ])
  const { keys } = store
  const database = connect({
    url: databases.appUrl('notes'),
    applicationName: 'notes-service test',
    keys,
  })
  const app = notesApp({ database, identity: identity({ authUrl: signing.authUrl }), logger: false })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    origin,
    database,
    keys,
    async person() {
      const id = crypto.randomUUID()
      return new Person(origin, id, await signing.tokenFor(id))
    },
    async close() {
      app.server.closeAllConnections()
      await app.close()
      await database.close()
      await Promise.all([databases.drop(), signing.close(), store.remove()])
    },
  }
}
