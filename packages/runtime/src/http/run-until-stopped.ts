import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { FreeholdError } from '@freehold/manifest/errors'

/** How an application is run. */
export interface RunOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Called when the last request is answered: closes what the application used. */
  readonly onClose: () => Promise<void>
  /** How long requests may take to finish once it is told to stop, in milliseconds; 10,000 when absent. */
  readonly graceMs?: number | undefined
}

const defaultGraceMs = 10_000
const lastResortMs = 2_000
const sweepMs = 50

/**
 * Listens, tells a parent process that it is ready (`{ type: 'ready', port }`), and serves until SIGTERM,
 * SIGINT, or the end of the parent. Then readiness turns off, no connection is accepted any more, requests
 * that are running finish, and `onClose` is called.
 *
 * @returns When everything is closed.
 * @throws FreeholdError `FREEHOLD_PORT_IN_USE`.
 */
export async function runUntilStopped(app: FastifyInstance, options: RunOptions): Promise<void> {
  const { graceMs = defaultGraceMs } = options
  const stop = untilToldToStop()
  const unasked = unaskedConnections(app.server)
  try {
    await listen(app, options)
    announce(app)
    app.log.info({ reason: await stop.reason }, 'stopping')
    app.lifecycle.stopping = true
    // Does not keep the process alive: it fires only when something else would for ever.
    setTimeout(() => process.exit(1), graceMs + lastResortMs).unref()
    await closeWithin(app, unasked, graceMs)
  } finally {
    await options.onClose()
    stop.forget()
  }
}

async function listen(app: FastifyInstance, { host, port }: RunOptions): Promise<void> {
  try {
    await app.listen({ host, port })
  } catch (cause) {
    await app.close()
    if (!(cause instanceof Error) || !('code' in cause) || cause.code !== 'EADDRINUSE') throw cause
    throw new FreeholdError('FREEHOLD_PORT_IN_USE', {
      message: `Another process listens on ${host}:${port}.`,
      fix: 'Stop that process, or set PORT to another port.',
      details: { host, port },
      cause,
    })
  }
}

/** A connection that a client keeps alive becomes idle with its last answer, which may come after the first look. */
async function closeWithin(app: FastifyInstance, unasked: () => Socket[], graceMs: number): Promise<void> {
  const sweep = setInterval(() => {
    app.server.closeIdleConnections()
    for (const socket of unasked()) socket.destroy()
  }, sweepMs)
  const impatience = setTimeout(() => app.server.closeAllConnections(), graceMs)
  try {
    await app.close()
  } finally {
    clearInterval(sweep)
    clearTimeout(impatience)
  }
}

/** Connections on which nothing was ever sent: to Node they are not idle. A browser opens such, and keeps them. */
function unaskedConnections(server: Server): () => Socket[] {
  const open = new Set<Socket>()
  server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  return () => [...open].filter(({ bytesRead }) => bytesRead === 0)
}

function announce(app: FastifyInstance): void {
  const address = app.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : undefined
  process.send?.({ type: 'ready', port })
}

function untilToldToStop(): { reason: Promise<string>; forget: () => void } {
  const events = ['SIGTERM', 'SIGINT', 'disconnect'] as const
  const { promise, resolve } = withResolvers<string>()
  const listeners = events.map((event) => [event, () => resolve(event)] as const)
  for (const [event, listener] of listeners) process.on(event as 'disconnect', listener)
  const forget = (): void => {
    for (const [event, listener] of listeners) process.off(event, listener)
  }
  return { reason: promise, forget }
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
