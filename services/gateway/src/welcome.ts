import type { FastifyInstance } from 'fastify'

/** `GET /`: says where to go; a browser goes there by itself. */
export function welcome(app: FastifyInstance): void {
  app.get('/', async (request, reply) => {
    void reply.header('vary', 'Accept')
    if (request.headers.accept?.includes('text/html') === true) return reply.redirect('/api/docs', 302)
    return {
      name: 'Notes',
      documentation: '/api/docs',
      openapi: '/api/openapi.json',
      health: '/health/ready',
    }
  })
}
