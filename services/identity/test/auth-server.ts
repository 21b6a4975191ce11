import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWK } from 'jose'
import { signer, type Signer } from '../src/testing/index.js'

/** Stands in for the auth-service: publishes keys over HTTP, and signs with them. */
export interface AuthServer {
  readonly url: string
  /** How often the keys were asked for. */
  readonly requests: () => number
  /** Adds a key, and signs with it from now on. */
  rotate(): Promise<void>
  /** Answers with this from now on, instead of the keys. */
  breakWith(status: number, body: string): void
  /** A token; claims and header override what a good one has. */
  token(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>
  close(): Promise<void>
}

/** Starts it on a free port. */
export async function authServer(): Promise<AuthServer> {
  const published: JWK[] = []
  let signing = await newKey(published)
  let requests = 0
  let broken: { status: number; body: string } | undefined
  const server = createServer((_request, response) => {
    requests += 1
    const body = broken?.body ?? JSON.stringify({ keys: published })
    response
      .writeHead(broken?.status ?? 200, { 'content-type': 'application/json', connection: 'close' })
      .end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    async rotate() {
      signing = await newKey(published)
    },
    breakWith(status, body) {
      broken = { status, body }
    },
    token: (claims, header) => signing.token(claims, header),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

async function newKey(published: JWK[]): Promise<Signer> {
  const key = await signer(crypto.randomUUID())
  published.push(key.jwk)
  return key
}
