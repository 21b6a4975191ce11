import type { Addresses } from './addresses.js'

/** Everything that can be set at the door. Times in milliseconds, sizes in bytes. */
export interface GatewaySettings {
  /** `localhost` means both loopback addresses, IPv4 and IPv6. */
  readonly host: string
  readonly port: number
  readonly logLevel: string
  readonly services: Addresses
  /** Where clients reach the door, when that is not the address they used for the request. */
  readonly publicUrl: URL | undefined
  /** Origins whose scripts may read answers; empty means none but our own. */
  readonly corsOrigins: readonly string[]
  /** Addresses or networks of load balancers whose X-Forwarded-* headers are believed. */
  readonly trustedProxies: readonly string[]
  readonly limits: Limits
  readonly timeouts: Timeouts
}

/** How much is let in. */
export interface Limits {
  /** Requests per minute of one user, or of one address that shows no good token. */
  readonly requests: number
  /** Attempts per minute at a password or a refresh token, of one address. */
  readonly attempts: number
  /** The largest request body. */
  readonly body: number
  /** Requests that may be under way to one service at a time. */
  readonly inFlight: number
  /** Connections that the door holds open at a time. */
  readonly connections: number
}

/** How long anything may take. */
export interface Timeouts {
  /** Until a service begins its answer, and between two pieces of it. */
  readonly upstream: number
  /** Until a service's answer is through, however slowly it or the client goes. */
  readonly answer: number
  /** Until a client has sent the head of its request. */
  readonly head: number
  /** Until a client has sent its whole request. */
  readonly request: number
  /** How often late clients are looked for. */
  readonly check: number
  /** Until a connection without a request is closed. */
  readonly idle: number
}

/** What holds when nothing is set. Say `addresses` and ports in the environment. */
export const defaultLimits: Limits = {
  // Generous on purpose: a laptop's demo, its load tests and its 64 writers on one note all come from one
  // address, and should meet the database's limits and not ours. The README names values for production.
  requests: 60_000,
  attempts: 600,
  // Not less than the largest of any service behind it: a note of 100 000 characters, all of them escaped.
  body: 1_310_720,
  inFlight: 1024,
  connections: 10_000,
}

/** What holds when nothing is set. */
export const defaultTimeouts: Timeouts = {
  upstream: 10_000,
  answer: 60_000,
  head: 10_000,
  request: 30_000,
  check: 1_000,
  idle: 65_000,
}
