import { randomUUID } from 'node:crypto'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { HttpProblem } from '@freehold/runtime/fastify'
import type { GatewaySettings } from '../settings/settings.js'
import { bareAnswer, parserProblem, refuseConnection } from './parser-errors.js'

/** Hears of what never became a request: the parser's code, and where it came from. */
export type OnRefused = (refusal: { code: string; address: string | undefined }) => void

/**
 * Node's HTTP server with every way to linger bounded, and with a problem document for each error that it
 * would otherwise answer with bare text, or not at all.
 *
 * Without a listener for `upgrade`, Node treats such a request as any other, which is what RFC 9110 asks of a
 * server that does not upgrade (Java's client offers h2c with each request). WebSockets are refused later.
 *
 * @param listener - Handles the requests.
 * @param settings - Timeouts and limits.
 * @param onRefused - For the log.
 */
export function boundedServer(
  listener: RequestListener,
  settings: Pick<GatewaySettings, 'timeouts' | 'limits'>,
  onRefused: OnRefused,
): Server {
  const { timeouts, limits } = settings
  const answering = new WeakMap<Duplex, ServerResponse>()
  const server = createServer(
    {
      headersTimeout: timeouts.head,
      requestTimeout: timeouts.request,
      connectionsCheckingInterval: timeouts.check,
      keepAliveTimeout: timeouts.idle,
      maxHeaderSize: 16 * 1024,
      // Its absence is answered with a problem by the first hook.
      requireHostHeader: false,
    },
    (request, response) => {
      answering.set(request.socket, response)
      listener(request, response)
    },
  )
  server.maxConnections = limits.connections
  closeUnused(server)
  // Nothing moved on the connection for longer than any answer may take: the client stopped reading.
  server.setTimeout(timeouts.answer + timeouts.upstream)
  server.on('clientError', (error: NodeJS.ErrnoException, connection) => {
    onRefused({ code: error.code ?? error.message, address: addressOf(connection) })
    const tooLate = !connection.writable || answering.get(connection)?.headersSent === true
    if (error.code === 'ECONNRESET' || tooLate) connection.destroy()
    else refuseConnection(connection, parserProblem(error.code), randomUUID())
  })
  server.on('connect', (_request, connection) => {
    const problem = new HttpProblem(405, {
      slug: 'method-not-allowed',
      detail: 'This is not a proxy to elsewhere.',
    })
    refuseConnection(connection, problem, randomUUID())
  })
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    const problem = new HttpProblem(417, {
      slug: 'expectation-failed',
      detail: 'Only Expect: 100-continue is understood.',
    })
    const { headers, body } = bareAnswer(problem, randomUUID())
    response.writeHead(problem.status, headers).end(body)
  })
  return server
}

/**
 * Counts connections on which nothing has been said as idle too. Browsers open them in advance; Node waits for
 * their first request, also while it stops.
 */
function closeUnused(server: Server): void {
  const open = new Set<Socket>()
  server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  const closeIdle = server.closeIdleConnections.bind(server)
  server.closeIdleConnections = () => {
    closeIdle()
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy()
  }
}

function addressOf(connection: Duplex): string | undefined {
  return connection instanceof Socket ? connection.remoteAddress : undefined
}
