import type { RequestListener, Server } from 'node:http'
import { requestIdOf } from '@freehold/runtime/fastify'
import type { Identity } from '@notes/identity'
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { admitVisitors, recognizeVisitors } from './access/admission.js'
import { healthOf } from './health/routes.js'
import { collectBodies } from './limits/collected-bodies.js'
import { limitRequests, rateLimits } from './limits/rate-limits.js'
import { logAnswers } from './log/answers.js'
import { documentationPage } from './openapi/page.js'
import { documentRoute, mergedDocument } from './openapi/routes.js'
import { answerProblems, answerUnroutable } from './problems/answers.js'
import { routeTo } from './proxy/routes.js'
import { upstreamsFrom, type Upstream } from './proxy/upstream.js'
import { crossOrigin } from './security/cors.js'
import { guardRequests } from './security/guard.js'
import { securityHeaders } from './security/headers.js'
import { echoRequestIds } from './security/request-id.js'
import { boundedServer } from './server/http-server.js'
import { pairLoopbacks } from './server/loopback.js'
import type { GatewaySettings } from './settings/settings.js'
import { welcome } from './welcome.js'

/** What the door is built from. */
export interface GatewayParts {
  readonly settings: GatewaySettings
  /** Verifies tokens. */
  readonly identity: Identity
  readonly logger: FastifyBaseLogger
  /** The clock by which a failing service is given a rest, in milliseconds; the real one when absent. */
  readonly now?: (() => number) | undefined
}

/**
 * Builds the one public door. It listens when told to, and closes its connections when it is closed.
 *
 * @param parts - What it is built from.
 */
export async function gatewayApp(parts: GatewayParts): Promise<FastifyInstance> {
  const { settings, logger, now } = parts
  const upstreams = upstreamsFrom(settings, now)
  const app = appOn(settings, logger)
  app.decorateRequest('visitor', null)
  logAnswers(app)
  echoRequestIds(app)
  answerProblems(app)
  await securityHeaders(app, settings.publicUrl?.protocol === 'https:')
  guardRequests(app, settings.limits.body)
  await crossOrigin(app, settings.corsOrigins)
  await rateLimits(app)
  healthOf(app, upstreams)
  await app.register((scope) => ownPages(scope, settings, upstreams))
  await app.register((scope) => servicesBehind(scope, parts, upstreams))
  return app
}

/** The door's own pages: open to everybody, limited by address. */
async function ownPages(
  app: FastifyInstance,
  settings: GatewaySettings,
  upstreams: readonly Upstream[],
): Promise<void> {
  limitRequests(app, settings.limits)
  const document = mergedDocument(app, upstreams, settings.publicUrl)
  documentRoute(app, document)
  welcome(app)
  await documentationPage(app, document)
}

/** Everything that is passed on: recognized, limited, admitted, and only then read. */
async function servicesBehind(
  app: FastifyInstance,
  parts: GatewayParts,
  upstreams: readonly Upstream[],
): Promise<void> {
  const { settings, identity } = parts
  recognizeVisitors(app, identity)
  limitRequests(app, settings.limits)
  admitVisitors(app)
  collectBodies(app)
  for (const upstream of upstreams) await routeTo(app, upstream, settings)
}

function appOn(settings: GatewaySettings, logger: FastifyBaseLogger): FastifyInstance {
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    trustProxy: settings.trustedProxies.length > 0 && [...settings.trustedProxies],
    bodyLimit: settings.limits.body,
    // A request on a connection that is about to close is answered as any other, and the connection closed.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 8192 },
    frameworkErrors: (error, request, reply) => answerUnroutable(error, request, reply),
    serverFactory: (handler) => serverOn(settings, handler, logger),
  })
  app.decorate('lifecycle', { stopping: false })
  return app
}

function serverOn(settings: GatewaySettings, handler: RequestListener, logger: FastifyBaseLogger): Server {
  const open = (): Server =>
    boundedServer(handler, settings, (refusal) => logger.info(refusal, 'refused bytes that are no request'))
  const server = open()
  if (settings.host === 'localhost') {
    pairLoopbacks(server, open(), (err) =>
      logger.warn({ err }, 'only one of the two loopback addresses can be listened on'),
    )
  }
  return server
}
