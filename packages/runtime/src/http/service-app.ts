import {
  fastify,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify'
import { answerClientError } from './client-errors.js'
import { answerErrors } from './errors.js'
import { parseJsonBody } from './json-body.js'
import './lifecycle.js'
import { loggedRequest } from './logged-request.js'
import { HttpProblem } from './problem.js'
import { coerceQuery } from './query-coercion.js'
import { requestIdOf } from './request-id.js'
import { inspect } from './text.js'
import { answerUnmatched } from './unmatched.js'

/** How a service's application is set up. */
export interface ServiceAppOptions {
  /** Names the service in its logs. */
  readonly name: string
  /**
   * Options for Fastify's own logger, which then keeps credentials in headers out of the log; a logger of
   * yours, which has to see to that itself; or whether to log at all.
   */
  readonly logger: FastifyBaseLogger | boolean | object
  /** The largest body, in bytes; 262,144 when absent. */
  readonly bodyLimit?: number | undefined
}

const defaultBodyLimit = 262_144
const requestTimeoutMs = 30_000

/** Never in a log, wherever somebody logs a request. */
const secrets = ['authorization', 'cookie', '["set-cookie"]', '["proxy-authorization"]'].flatMap((header) =>
  ['req.headers', 'res.headers', 'headers'].map((path) =>
    header.startsWith('[') ? path + header : `${path}.${header}`,
  ),
)

/**
 * A Fastify application with the conventions of a service: JSON alone and strictly read, bodies never
 * coerced and query strings sensibly, every error a problem document (RFC 9457) and none with internals,
 * request ids taken over and echoed, an outage of the database a 503.
 */
export function createServiceApp(options: ServiceAppOptions): FastifyInstance {
  const app = fastify({
    ...loggerOptions(options),
    bodyLimit: options.bodyLimit ?? defaultBodyLimit,
    requestTimeout: requestTimeoutMs,
    // While it stops, it still serves what arrives on open connections, and closes them after.
    return503OnClosing: false,
    genReqId: requestIdOf,
    requestIdHeader: false,
    ajv: {
      customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: true, allErrors: true },
    },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      void answerErrors(error, request, reply)
    },
  } as FastifyServerOptions) as unknown as FastifyInstance
  app.decorate('lifecycle', { stopping: false })
  app.setErrorHandler(answerErrors)
  answerUnmatched(app)
  readJsonAlone(app)
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
  })
  app.addHook('preValidation', async (request) => {
    requireReadable(request.raw.url ?? '')
    inspect(request.params, 'path')
    inspect(request.query, 'query')
    coerceQuery(request.query as Record<string, unknown>, request.routeOptions.schema?.querystring)
  })
  return app
}

function readJsonAlone(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const types = ['application/json', 'application/merge-patch+json']
  app.addContentTypeParser(types, { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    const isPatch = request.headers['content-type']?.toLowerCase().startsWith('application/merge-patch+json')
    if (isPatch && request.method !== 'PATCH') throw new HttpProblem(415, { slug: 'unsupported-media-type' })
    return parseJsonBody(request, body)
  })
}

/** Percent-encoded bytes that are no UTF-8 would otherwise be taken literally. */
function requireReadable(url: string): void {
  const query = url.split('?').slice(1).join('?')
  if (!query.includes('%')) return
  try {
    decodeURIComponent(query)
  } catch (cause) {
    throw new HttpProblem(400, {
      slug: 'malformed-url',
      detail: 'The query string is not valid UTF-8.',
      cause,
    })
  }
}

function loggerOptions({ name, logger }: ServiceAppOptions): FastifyServerOptions {
  const serializers = { req: loggedRequest }
  if (typeof logger === 'boolean') return { logger: logger && { name, redact: secrets, serializers } }
  if ('child' in logger) return { loggerInstance: logger.child({}, { serializers }) }
  return { logger: { name, redact: secrets, serializers, ...logger } }
}
