import type { FastifyRequest } from 'fastify'

/**
 * What a log keeps of a request: not its query, which has words that people search for. It is a serializer as pino has
 * them, so it copes with anything that somebody logs under this name.
 */
export function loggedRequest(request: Partial<FastifyRequest>): Record<string, unknown> {
  const { method, url, host, ip } = request
  const path = url?.split('?', 1)[0]
  return {
    ...(method !== undefined && { method }),
    ...(path !== undefined && { url: path }),
    ...(host !== undefined && { host }),
    ...(ip !== undefined && { remoteAddress: ip }),
  }
}
