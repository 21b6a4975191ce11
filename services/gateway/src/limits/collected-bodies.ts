import type { FastifyInstance } from 'fastify'

/**
 * Collects the bodies of requests, unread and up to the application's limit, before a service hears of them. They are small
 * by nature here; so a slow client occupies no service's connection, and a body that turns out too large
 * (a chunked one does so only at its end) is refused with 413 without a byte reaching a service. Answers, which
 * may be large, are streamed.
 *
 * @param app - The scope of the routes that go to services.
 */
export function collectBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}
