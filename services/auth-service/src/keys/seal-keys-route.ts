import { publicSealKeys } from '@freehold/runtime/signing'
import type { FastifyInstance } from 'fastify'
import { problems } from '../http/schemas.js'

/**
 * The public keys of the seals of all services: what a proof is checked with.
 *
 * @param app - The application.
 * @param file - Where they are.
 */
export function sealKeysRoute(app: FastifyInstance, file: string): void {
  app.get(
    '/api/auth/.well-known/seal-keys',
    {
      schema: {
        tags: ['keys'],
        operationId: 'getSealKeys',
        summary: 'The public keys that verify proofs',
        description:
          'A line each, of all services and times, in the form of C2SP signed notes; the second argument of docs/seals/check-proof.mjs. Whoever could exchange the log could exchange this answer with it: keep what you got once, and compare it with what others have.',
        security: [],
        response: {
          200: {
            description: 'The keys.',
            content: { 'text/plain': { schema: { type: 'string' } } },
          },
          ...problems({ 500: 'The keys cannot be read.' }),
        },
      },
    },
    async (_request, reply) =>
      // A key is there before it signs for the first time: whoever keeps the answer might miss it.
      reply
        .header('cache-control', 'no-cache')
        .type('text/plain; charset=utf-8')
        .send(await publicSealKeys(file)),
  )
}
