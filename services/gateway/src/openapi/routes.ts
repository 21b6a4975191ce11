import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Upstream } from '../proxy/upstream.js'
import type { ApiDocument } from './document.js'
import { mergeDocuments } from './merge.js'
import { serviceDocument } from './service-document.js'

/** Gives the merged document as it is seen from the address that a request came to. */
export type DocumentFor = (request: FastifyRequest) => Promise<ApiDocument>

/**
 * Merges the documents of the services.
 *
 * @param app - For the log.
 * @param upstreams - The services.
 * @param publicUrl - What stands under `servers`; without it, the address that the client used.
 */
export function mergedDocument(
  app: FastifyInstance,
  upstreams: readonly Upstream[],
  publicUrl: URL | undefined,
): DocumentFor {
  const sources = upstreams.map(({ name, prefix, url }) => ({
    service: name,
    prefix,
    read: serviceDocument({
      url: new URL('/openapi.json', url),
      onError: (err) =>
        app.log.warn({ err, service: name }, 'the OpenAPI document of a service cannot be read'),
    }),
  }))
  return async (request) => {
    const parts = await Promise.all(
      sources.map(async ({ read, ...source }) => ({ ...source, document: await read() })),
    )
    return mergeDocuments(parts, publicUrl?.origin ?? `${request.protocol}://${request.host}`)
  }
}

/**
 * `GET /api/openapi.json`.
 *
 * @param app - The door.
 * @param document - What is shown.
 */
export function documentRoute(app: FastifyInstance, document: DocumentFor): void {
  app.get('/api/openapi.json', async (request, reply) => {
    const text = JSON.stringify(await document(request))
    const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
    void reply.header('etag', etag).header('cache-control', 'no-cache')
    if (request.headers['if-none-match']?.includes(etag) === true) return reply.code(304).send()
    return reply.type('application/json; charset=utf-8').send(text)
  })
}
