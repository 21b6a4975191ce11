import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { identity } from '@notes/identity'
import { signer, type Signer } from '@notes/identity/testing'
import { pino } from 'pino'
import { gatewayApp } from '../src/app.js'
import { settingsFrom } from '../src/settings/read.js'
import type { GatewaySettings, Limits, Timeouts } from '../src/settings/settings.js'
import { ask, type Answer, type Question } from './asking.js'
import { httpUpstream, type TestUpstream } from './upstreams.js'

/** What differs from the default. Services that are not named echo what they see. */
export interface DoorOptions {
  readonly auth?: TestUpstream | URL
  readonly user?: TestUpstream | URL
  readonly notes?: TestUpstream | URL
  readonly limits?: Partial<Limits>
  readonly timeouts?: Partial<Timeouts>
  readonly settings?: Partial<GatewaySettings>
  /** The clock by which a failing service is given a rest. */
  readonly now?: () => number
}

/** A door in this process, on a real port, with real services behind it. */
export interface TestDoor {
  readonly url: string
  readonly port: number
  readonly signer: Signer
  readonly services: {
    readonly auth: TestUpstream
    readonly user: TestUpstream
    readonly notes: TestUpstream
  }
  /** Asks without a token. */
  ask(path: string, question?: Question): Promise<Answer>
  /** Asks with a good token of one user. */
  askAsAda(path: string, question?: Question): Promise<Answer>
  /** How many connections of clients are open. */
  connections(): Promise<number>
  /** Stops the door and its services. */
  close(): Promise<void>
}

export async function openDoor(options: DoorOptions = {}): Promise<TestDoor> {
  const keys = await signer('first')
  const jwks = JSON.stringify({ keys: [keys.jwk] })
  const echo = { auth: authUpstream(jwks), user: httpUpstream(), notes: httpUpstream() }
  const services = { auth: await echo.auth, user: await echo.user, notes: await echo.notes }
  const at = (name: 'auth' | 'user' | 'notes'): URL => {
    const given = options[name]
    return given === undefined ? services[name].url : given instanceof URL ? given : given.url
  }
  const defaults = settingsFrom({ HOST: '127.0.0.1', PORT: '0' })
  const settings: GatewaySettings = {
    ...defaults,
    services: { auth: at('auth'), user: at('user'), notes: at('notes') },
    ...options.settings,
    limits: { ...defaults.limits, ...options.limits },
    timeouts: { ...defaults.timeouts, check: 50, ...options.timeouts },
  }
  // Keys come from the service that works, so that a test can break the auth-service's other endpoints.
  const verifier = identity({ authUrl: services.auth.url })
  const app = await gatewayApp({
    settings,
    identity: verifier,
    logger: pino({ level: process.env.GATEWAY_TEST_LOG ?? 'silent' }),
    now: options.now,
  })
  await app.listen({ host: settings.host, port: settings.port })
  const { port } = app.server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const ada = await keys.token()
  return {
    url,
    port,
    signer: keys,
    services,
    ask: (path, question) => ask(`${url}${path}`, question),
    askAsAda: (path, question = {}) =>
      ask(`${url}${path}`, { ...question, headers: { authorization: `Bearer ${ada}`, ...question.headers } }),
    connections: () => promisify(app.server.getConnections.bind(app.server))(),
    close: async () => {
      await app.close()
      await Promise.all(Object.values(services).map((service) => service.close()))
    },
  }
}

function authUpstream(jwks: string): Promise<TestUpstream> {
  return httpUpstream((request, response, body) => {
    response.setHeader('content-type', 'application/json')
    response.end(
      request.url === '/api/auth/.well-known/jwks.json'
        ? jwks
        : JSON.stringify({ method: request.method, url: request.url, body }),
    )
  })
}
