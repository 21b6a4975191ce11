import swagger from '@fastify/swagger'
import { nameOfShared, problemSchema } from '@freehold/runtime/fastify'
import { auditSchemas, auditTag } from '@notes/audit-trail'
import type { FastifyInstance } from 'fastify'

const description = `Accounts, sessions, and the keys that sign access tokens.

An access token is a signed statement that is verified without asking this service. It is good until it
expires (10 minutes by default), also after its session has ended; a session that has ended gives no new one.`

/**
 * Describes the routes that are added after it, at GET /openapi.json.
 *
 * @param app - The application.
 */
export async function describeApi(app: FastifyInstance): Promise<void> {
  for (const shared of [problemSchema, ...auditSchemas]) app.addSchema(shared)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'auth-service', version: '1.0.0', description },
      tags: [
        { name: 'accounts', description: 'Who may log in.' },
        { name: 'sessions', description: 'From where they are logged in.' },
        { name: 'keys', description: 'What verifies access tokens, and proofs.' },
        auditTag,
      ],
      components: {
        securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
    },
    refResolver: { buildLocalReference: nameOfShared },
  })
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
}
