import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import type { TokenPair } from '../../src/sessions/token-pair.js'

/** A password that is good enough everywhere. */
export const password = 'correct horse battery'

let people = 0

/** An address that no other test uses. */
export function someone(): string {
  people += 1
  return `someone-${people}@example.org`
}

/** Speaks to the service as a client does. */
export interface Client {
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  get(path: string, accessToken?: string): Promise<LightMyRequestResponse>
  delete(path: string, accessToken?: string): Promise<LightMyRequestResponse>
  /** Registers an address, and returns its id. */
  registered(email: string): Promise<string>
  /** Logs a registered address in. */
  loggedIn(email: string, headers?: Record<string, string>): Promise<TokenPair>
}

/** @param app - The service. */
export function clientOf(app: FastifyInstance): Client {
  const post: Client['post'] = (path, body, headers = {}) =>
    app.inject({
      method: 'POST',
      url: `/api/auth/${path}`,
      headers,
      ...(body !== undefined && { payload: body as object }),
    })
  const plain = (method: 'GET' | 'DELETE') => (path: string, token?: string) =>
    app.inject({ method, url: `/api/auth/${path}`, headers: token === undefined ? {} : bearer(token) })
  return {
    post,
    get: plain('GET'),
    delete: plain('DELETE'),
    registered: async (email) => (await post('register', { email, password })).json<{ id: string }>().id,
    loggedIn: async (email, headers) => (await post('login', { email, password }, headers)).json<TokenPair>(),
  }
}

/** The header that an access token travels in. */
export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}
