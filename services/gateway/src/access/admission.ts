import { authenticated, type Identity } from '@notes/identity'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { accessTo, type Access } from './public-endpoints.js'

/** What the door knows of who is asking. */
export interface Visitor {
  readonly access: Access
  /** Set when a good token was shown. */
  readonly userId: string | undefined
  /** Why the token is not good: a 401, or a 503 when that cannot be known now. */
  readonly rejection: unknown
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set for requests that go to a service. */
    visitor: Visitor | null
  }
}

/**
 * Finds out who is asking, without refusing anybody yet: forged tokens too must count against the limits.
 * Services verify again by themselves; what is refused at the door costs them nothing.
 *
 * @param app - The scope of the routes that go to services.
 * @param identity - Verifies tokens.
 */
export function recognizeVisitors(app: FastifyInstance, identity: Identity): void {
  const authenticate = authenticated(identity)
  app.addHook('onRequest', async (request) => {
    request.visitor = await visitorOf(request, authenticate)
  })
}

/**
 * Refuses requests that show no good token where one is needed. Comes after the limits.
 *
 * @param app - The scope of the routes that go to services.
 */
export function admitVisitors(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { visitor } = request
    if (visitor?.access === 'token' && visitor.userId === undefined) done(visitor.rejection as Error)
    else done()
  })
}

/** The path of a request, without its query. */
export function pathOf(request: Pick<FastifyRequest, 'raw'>): string {
  const target = request.raw.url ?? '/'
  const end = target.indexOf('?')
  return end === -1 ? target : target.slice(0, end)
}

async function visitorOf(
  request: FastifyRequest,
  authenticate: (request: FastifyRequest) => Promise<void>,
): Promise<Visitor> {
  const access = accessTo(request.method, pathOf(request))
  if (access === 'public') return { access, userId: undefined, rejection: undefined }
  try {
    await authenticate(request)
    const { userId } = request.caller
    // Who it is has no business here beyond the id, and a connection that is kept alive holds on to its last request.
    Reflect.deleteProperty(request, 'caller')
    return { access, userId, rejection: undefined }
  } catch (rejection) {
    return { access, userId: undefined, rejection }
  }
}
