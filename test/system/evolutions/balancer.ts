import { once } from 'node:events'
import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'

/** A process that requests may go to. */
export interface Backend {
  readonly version: string
  readonly port: number
}

/** The one address of a service, behind which its processes come and go. */
export interface Balancer {
  readonly port: number
  add(backend: Backend): void
  /** Sends it nothing any more; comes back when it has answered all that it was sent. */
  drain(backend: Backend): Promise<void>
  versions(): string[]
  close(): Promise<void>
}

/** Says which version answered. */
export const answeredBy = 'x-answered-by'

/**
 * What a connection is kept for is a matter of that connection (RFC 9110, 7.6.1). A client that believed what a process says
 * of its own would send on one that is closed here just then, and take that for a failure of the process.
 */
function endToEnd({ connection: _, 'keep-alive': __, ...headers }: IncomingHttpHeaders): IncomingHttpHeaders {
  return headers
}

/** Deals requests out to the processes in turn. What a process does not answer is answered with 502. */
export async function openBalancer(): Promise<Balancer> {
  const backends: Backend[] = []
  const underway = new Map<Backend, number>()
  let turn = 0

  function forward(from: IncomingMessage, to: ServerResponse): void {
    const backend = backends[(turn += 1) % Math.max(backends.length, 1)]
    if (backend === undefined) {
      to.writeHead(503).end()
      return
    }
    underway.set(backend, (underway.get(backend) ?? 0) + 1)
    to.once('close', () => underway.set(backend, (underway.get(backend) ?? 1) - 1))
    const { method, url } = from
    const headers = endToEnd(from.headers)
    const asked = request({ host: '127.0.0.1', port: backend.port, agent: false, method, path: url, headers })
    asked.once('response', (answer) => {
      to.shouldKeepAlive = false
      to.writeHead(answer.statusCode ?? 502, { ...endToEnd(answer.headers), [answeredBy]: backend.version })
      answer.pipe(to)
    })
    asked.once('error', (error) => {
      if (to.headersSent) to.destroy(error)
      else to.writeHead(502, { [answeredBy]: backend.version }).end(error.message)
    })
    from.pipe(asked)
  }

  const server = createServer(forward).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    add: (backend) => void backends.push(backend),
    drain: async (backend) => {
      backends.splice(backends.indexOf(backend), 1)
      while ((underway.get(backend) ?? 0) > 0) await new Promise((resolve) => setTimeout(resolve, 10))
    },
    versions: () => backends.map(({ version }) => version).toSorted(),
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
