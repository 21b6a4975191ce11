import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, expect, test } from 'vitest'
import { HttpProblem } from '@freehold/runtime/fastify'
import { identity } from '../identity.js'
import { authServer, type AuthServer } from '../../test/auth-server.js'
import { authenticated } from './authenticated.js'

let auth: AuthServer
let app: FastifyInstance

async function serve(authUrl: string): Promise<void> {
  app = fastify()
  app.setErrorHandler(async (error, _request, reply) => {
    if (!(error instanceof HttpProblem)) throw error
    return reply.code(error.status).headers(error.headers).send({ type: error.type })
  })
  app.get('/me', { onRequest: authenticated(identity({ authUrl })) }, async (request) => request.caller)
  await app.ready()
}

afterEach(async () => {
  await app.close()
  await auth.close()
})

const get = (authorization?: string) =>
  app.inject({ url: '/me', headers: authorization === undefined ? {} : { authorization } })

test('a good token lets the request through, and says who is asking', async () => {
  auth = await authServer()
  await serve(auth.url)
  const response = await get(`bearer ${await auth.token({ name: 'Grace' })}`)
  expect(response.statusCode).toBe(200)
  expect(response.json()).toMatchObject({ name: 'Grace' })
})

test.each([undefined, '', 'Bearer', 'Bearer ', 'Basic YTpi', 'Bearer a b'])(
  'no token is 401 with a challenge and no error (%s)',
  async (authorization) => {
    auth = await authServer()
    await serve(auth.url)
    const response = await get(authorization)
    expect(response.statusCode).toBe(401)
    expect(response.headers['www-authenticate']).toBe('Bearer realm="notes-app"')
  },
)

test('a bad token is 401 and says why', async () => {
  auth = await authServer()
  await serve(auth.url)
  const response = await get('Bearer a.b.c')
  expect(response.statusCode).toBe(401)
  expect(response.headers['www-authenticate']).toContain('error="invalid_token"')
})

test('it is 503 as long as no key could be read', async () => {
  auth = await authServer()
  const token = await auth.token()
  await auth.close()
  await serve(auth.url)
  const response = await get(`Bearer ${token}`)
  expect(response.statusCode).toBe(503)
  expect(response.headers['retry-after']).toBe('2')
})
