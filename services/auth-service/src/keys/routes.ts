import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { KeyRing } from './key-ring.js'

const jwkSet = Type.Object(
  {
    keys: Type.Array(
      Type.Object({
        kty: Type.Literal('OKP'),
        crv: Type.Literal('Ed25519'),
        x: Type.String(),
        kid: Type.String(),
        use: Type.Literal('sig'),
        alg: Type.Literal('EdDSA'),
      }),
    ),
  },
  { title: 'JwkSet', additionalProperties: false },
)

/**
 * The public keys.
 *
 * @param app - The application.
 * @param keys - The key ring.
 * @param maxAge - Seconds for which the answer may be cached: less than a key is published ahead of its use.
 */
export function keyRoutes(app: FastifyInstance, keys: Pick<KeyRing, 'published'>, maxAge: number): void {
  app.get(
    '/api/auth/.well-known/jwks.json',
    {
      schema: {
        tags: ['keys'],
        operationId: 'getJwkSet',
        summary: 'The public keys that verify access tokens',
        description:
          'A key is published before it signs for the first time, and until the last token that it signed has expired.',
        response: { 200: jwkSet },
      },
    },
    async (_request, reply) =>
      reply.header('cache-control', `public, max-age=${maxAge}`).send({ keys: keys.published() }),
  )
}
