import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Database } from '@freehold/runtime'
import {
  createServiceApp,
  healthRoutes,
  problemSchema,
  type ServiceAppOptions,
} from '@freehold/runtime/fastify'
import { feedRoutes, type FeedOptions } from '@freehold/runtime/feed'
import type { Projection } from '@freehold/runtime/projections'
import { kyselyFor } from '@freehold/runtime/kysely'
import { auditSchemas, trailRoutes } from '@notes/audit-trail'
import { authenticated, type Identity } from '@notes/identity'
import type { FastifyInstance } from 'fastify'
import { ownTrail, ownTrailPath } from './audit/own-trail.js'
import type { NotesDatabase } from './database.js'
import { openapi } from './documentation/openapi.js'
import { createRoute } from './notes/create-route.js'
import { deleteRoute } from './notes/delete-route.js'
import { listRoute } from './notes/list-route.js'
import { noteSchema } from './notes/note-schema.js'
import { noteStore } from './notes/note-store.js'
import { patchRoute } from './notes/patch-route.js'
import { readRoute } from './notes/read-route.js'
import { replaceRoute } from './notes/replace-route.js'
import { historyRoute } from './revisions/history-route.js'
import { restoreRoute } from './revisions/restore-route.js'
import { revisionSchema } from './revisions/revision.js'
import type { Parts } from './routes.js'

/** What the application is made of. */
export interface NotesAppOptions {
  readonly database: Database
  readonly identity: Identity
  readonly logger: ServiceAppOptions['logger']
  /** What its feed of events works with; without it there is none. */
  readonly feed?: Pick<FeedOptions, 'sealer' | 'verifier'>
  /** Tells beside the health how old the authors are that notes are shown with. */
  readonly authors?: Pick<Projection, 'report'>
}

/** A note's 100 000 characters as JSON: 12 bytes each where they are written as two \uXXXX escapes. */
const bodyLimit = 1_300_000

/**
 * The HTTP application of the notes-service. It neither listens nor closes the database.
 *
 * @param options - Its parts.
 */
export function notesApp({ database, identity, logger, feed, authors }: NotesAppOptions): FastifyInstance {
  const app = createServiceApp({ name: 'notes', logger, bodyLimit })
  const parts: Parts = { database, reading: kyselyFor<NotesDatabase>(database), notes: noteStore(database) }

  healthRoutes(app, {
    checks: { database: () => database.ping() },
    ...(authors && { reports: { authors: () => authors.report() } }),
  })
  for (const shared of [problemSchema, noteSchema, revisionSchema, ...auditSchemas]) app.addSchema(shared)
  void app.register(swagger, openapi)
  void app.register(async (scope) => {
    scope.addHook('onRequest', authenticated(identity))
    const routes = scope.withTypeProvider<TypeBoxTypeProvider>()
    for (const add of [createRoute, listRoute, readRoute, replaceRoute, patchRoute, deleteRoute])
      add(routes, parts)
    for (const add of [historyRoute, restoreRoute]) add(routes, parts)
    trailRoutes(scope, {
      trail: ownTrail(database),
      path: ownTrailPath,
      name: 'Notes',
      summary: 'What you did to your notes',
    })
  })
  if (feed) feedRoutes(app, { service: 'notes', log: 'events', db: database, ...feed })
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
  return app
}
