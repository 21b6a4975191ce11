import { createServiceApp, healthRoutes } from '@freehold/runtime/fastify'
import { feedRoutes, type FeedOptions } from '@freehold/runtime/feed'
import { trailRoutes } from '@notes/audit-trail'
import { authenticated, identityFrom } from '@notes/identity'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { BlockList } from 'node:net'
import { accountRoutes } from './accounts/routes.js'
import { ownTrail, ownTrailPath } from './audit/own-trail.js'
import { describeApi } from './http/openapi.js'
import { originBehind } from './http/origin.js'
import type { KeyRing } from './keys/key-ring.js'
import { keyRoutes } from './keys/routes.js'
import { sealKeysRoute } from './keys/seal-keys-route.js'
import type { Parts } from './parts.js'
import { withLiveSession } from './sessions/live-session.js'
import { sessionRoutes } from './sessions/routes.js'

/** What the application is built from. */
export interface AppOptions extends Parts {
  readonly logger: FastifyBaseLogger | boolean
  readonly keys: KeyRing
  /** Seconds for which others may cache the key set. */
  readonly keySetMaxAge: number
  /** The addresses whose X-Forwarded-For is believed. */
  readonly gateways: BlockList
  /** The file of the public keys of all seals; without it they are not told. */
  readonly sealKeysFile?: string | undefined
  /** What its feed of events works with; without it there is none. */
  readonly feed?: Pick<FeedOptions, 'sealer' | 'verifier'>
}

/**
 * Builds the application, without listening.
 *
 * @param options - Its parts.
 */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const app = createServiceApp({ name: 'auth-service', logger: options.logger })
  const identity = identityFrom(options.keys, { now: options.now })
  const originOf = originBehind(options.gateways, options.now)
  healthRoutes(app, {
    checks: { database: () => options.database.ping(), 'signing-key': async () => options.keys.signer() },
  })
  await describeApi(app)
  const live = [authenticated(identity), withLiveSession(options)]
  accountRoutes(app, options, { originOf, authenticate: live })
  sessionRoutes(app, options, { originOf, identity })
  keyRoutes(app, options.keys, options.keySetMaxAge)
  if (options.sealKeysFile !== undefined) sealKeysRoute(app, options.sealKeysFile)
  await app.register(async (scope) => {
    for (const hook of live) scope.addHook('onRequest', hook)
    trailRoutes(scope, {
      trail: ownTrail(options.database),
      path: ownTrailPath,
      name: 'Account',
      summary: 'What was done to your account and its sessions',
    })
  })
  if (options.feed) feedRoutes(app, { service: 'auth', log: 'events', db: options.database, ...options.feed })
  return app
}
