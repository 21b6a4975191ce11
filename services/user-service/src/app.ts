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
import { kyselyFor } from '@freehold/runtime/kysely'
import type { Peer } from '@freehold/runtime/peers'
import { auditSchemas, trailRoutes } from '@notes/audit-trail'
import { authenticated, type Identity } from '@notes/identity'
import type { FastifyInstance } from 'fastify'
import { ownTrail, ownTrailPath } from './audit/own-trail.js'
import type { UserDatabase } from './database.js'
import { openapi } from './documentation/openapi.js'
import { meRoutes } from './profiles/me-routes.js'
import { profileSchema, publicProfileSchema } from './profiles/profile-schema.js'
import { profileStore } from './profiles/profile-store.js'
import { publicRoutes } from './profiles/public-routes.js'
import type { Parts } from './routes.js'
import { ownSource, sourceAt } from './trail/sources.js'
import { trailRoute } from './trail/trail-route.js'

/** What the application is made of. */
export interface UserAppOptions {
  readonly database: Database
  readonly identity: Identity
  readonly logger: ServiceAppOptions['logger']
  /** The services that tell the rest of a person's audit trail. */
  readonly peers: { readonly auth: Peer; readonly notes: Peer }
  /** What its feed of events works with; without it there is none. */
  readonly feed?: Pick<FeedOptions, 'sealer' | 'verifier'> | undefined
}

/**
 * The HTTP application of the user-service. It neither listens nor closes the database.
 *
 * @param options - Its parts.
 */
export function userApp({ database, identity, logger, peers, feed }: UserAppOptions): FastifyInstance {
  const app = createServiceApp({ name: 'user', logger })
  const parts: Parts = { reading: kyselyFor<UserDatabase>(database), profiles: profileStore(database) }

  healthRoutes(app, { checks: { database: () => database.ping() } })
  for (const shared of [problemSchema, profileSchema, publicProfileSchema, ...auditSchemas])
    app.addSchema(shared)
  void app.register(swagger, openapi)
  void app.register(async (scope) => {
    scope.addHook('onRequest', authenticated(identity))
    const routes = scope.withTypeProvider<TypeBoxTypeProvider>()
    meRoutes(routes, parts)
    publicRoutes(routes, parts)
    const trail = ownTrail(database)
    trailRoutes(scope, {
      trail,
      path: ownTrailPath,
      name: 'Profile',
      summary: 'What was done to your profile',
    })
    trailRoute(routes, [
      sourceAt('auth', peers.auth, '/api/auth/audit'),
      ownSource(trail),
      sourceAt('notes', peers.notes, '/api/notes/audit'),
    ])
  })
  if (feed) feedRoutes(app, { service: 'user', log: 'events', db: database, ...feed })
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
  return app
}
