import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const otherLoopback: Readonly<Record<string, string>> = { '127.0.0.1': '::1', '::1': '127.0.0.1' }

/**
 * Lets a server that listens on `localhost` be reached through both loopback addresses. Fastify can do this by
 * itself, but its second server has no handler for parser errors, and leaves a request that asks for an
 * upgrade without any answer.
 *
 * @param server - What Fastify listens with. It closes its twin along with itself.
 * @param twin - Listens on the other loopback address, at the same port.
 * @param onAlone - Hears that the other address cannot be listened on.
 */
export function pairLoopbacks(server: Server, twin: Server, onAlone: (error: Error) => void): void {
  twin.on('error', onAlone)
  server.on('listening', () => {
    const { address, port } = server.address() as AddressInfo
    const other = otherLoopback[address]
    if (other !== undefined) twin.listen({ host: other, port })
  })
  closeTogether(server, twin)
}

/** What comes after the server is closed must find no request under way, so one waits for the other. */
function closeTogether(server: Server, twin: Server): void {
  const close = server.close.bind(server)
  const closeIdleConnections = server.closeIdleConnections.bind(server)
  const closeAllConnections = server.closeAllConnections.bind(server)
  server.close = (callback) => {
    const twinClosed = new Promise<void>((resolve) => twin.close(() => resolve()))
    return close((error) => void twinClosed.then(() => callback?.(error)))
  }
  server.closeIdleConnections = () => {
    closeIdleConnections()
    twin.closeIdleConnections()
  }
  server.closeAllConnections = () => {
    closeAllConnections()
    twin.closeAllConnections()
  }
}
