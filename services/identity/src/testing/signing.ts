import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { signer, type Signer } from './signer.js'

/** Stands in for the auth-service: a key pair, and the endpoint where its public half is read. */
export interface Signing extends Pick<Signer, 'token'> {
  /** What a service gets as AUTH_URL. */
  readonly authUrl: string
  /** An access token for a person. */
  tokenFor(userId: string, name?: string): Promise<string>
  close(): Promise<void>
}

/** Makes a key, and publishes it on a free port of 127.0.0.1. */
export async function startSigning(): Promise<Signing> {
  const key = await signer()
  const keys = JSON.stringify({ keys: [key.jwk] })
  const server = createServer((request, response) => {
    response.statusCode = request.url === '/api/auth/.well-known/jwks.json' ? 200 : 404
    response.setHeader('content-type', 'application/json').end(response.statusCode === 200 ? keys : '{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    authUrl: `http://127.0.0.1:${port}`,
    token: (claims, header) => key.token(claims, header),
    tokenFor: (userId, name = 'Somebody') => key.token({ sub: userId, name }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
