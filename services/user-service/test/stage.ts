import { fileURLToPath } from 'node:url'
import { connect, type Database } from '@freehold/runtime'
import { temporaryKeyStore } from '@freehold/runtime/keys'
import type { KeyStore } from '@freehold/runtime/personal'
import { peer, type Peer } from '@freehold/runtime/peers'
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
  /** Its key store: a real one, in a folder of its own. */
  readonly keys: KeyStore
  /** Somebody who has never been here before. */
  person(name?: string): Promise<Person>
  close(): Promise<void>
}

/** @param peers - The other services; without them, none of them can be reached. */
export async function openStage(peers: Partial<Record<'auth' | 'notes', Peer>> = {}): Promise<Stage> {
  const templates = await systemTemplates({
    adminUrl: inject('serverUrl'),
    system,
    root: fileURLToPath(new URL('../../..', import.meta.url)),
  })
  const [databases, signing, store] = await Promise.all([
    templates.clone(),
    startSigning(),
    temporaryKeyStore('user'),
  ])
  const { keys } = store
  const database = connect({
    url: databases.appUrl('user'),
    applicationName: 'user-service test',
    keys,
  })
  const app = userApp({
    database,
    identity: identity({ authUrl: signing.authUrl }),
    logger: false,
    peers: {
      auth: peer({ name: 'auth', url: undefined }),
      notes: peer({ name: 'notes', url: undefined }),
      ...peers,
    },
  })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    origin,
    database,
    keys,
    async person(name) {
      const id = crypto.randomUUID()
      return new Person(origin, id, await signing.tokenFor(id, name))
    },
    async close() {
      app.server.closeAllConnections()
      await app.close()
      await database.close()
      await Promise.all([databases.drop(), signing.close(), store.remove()])
    },
  }
}
