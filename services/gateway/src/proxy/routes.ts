import replyFrom from '@fastify/reply-from'
import type { FastifyInstance, HTTPMethods } from 'fastify'
import type { GatewaySettings } from '../settings/settings.js'
import { forwardTo } from './forward.js'
import type { Upstream } from './upstream.js'

const methods: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/**
 * The routes of one service, with a connection pool of its own, so that a service which hangs takes nothing
 * from the others.
 *
 * @param app - The scope in which visitors are recognized, limited and admitted.
 * @param upstream - The service.
 * @param settings - Its timeouts.
 */
export async function routeTo(
  app: FastifyInstance,
  upstream: Upstream,
  settings: Pick<GatewaySettings, 'timeouts'>,
): Promise<void> {
  const { upstream: timeout, answer } = settings.timeouts
  await app.register(async (scope) => {
    await scope.register(replyFrom, {
      base: upstream.url.origin,
      undici: {
        // The gate bounds what is under way; a queue in front of a bounded pool would wait unmeasured.
        connections: null,
        pipelining: 1,
        connectTimeout: Math.min(timeout, 2_000),
        headersTimeout: timeout,
        bodyTimeout: timeout,
        maxHeaderSize: 16 * 1024,
        // The library's default is not to look at certificates.
        connect: { rejectUnauthorized: true },
      },
      destroyAgent: true,
      disableRequestLogging: true,
    })
    const handler = forwardTo(upstream, answer)
    for (const url of [upstream.prefix, `${upstream.prefix}/*`])
      scope.route({ method: methods, url, handler })
  })
}
