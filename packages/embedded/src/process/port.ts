import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { FreeholdError } from '@freehold/manifest/errors'

// Below the ports that systems give to outgoing connections: one of those could take it before it is used.
const lowest = 20_000
const highest = 32_767

/** A port of the loopback address that nobody listens on at this moment, chosen at random. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(lowest, highest + 1)
    if (await isPortFree(port)) return port
  }
  return listenOnce(0, '127.0.0.1')
}

/**
 * Whether nobody listens on a port of a loopback address. An address that this machine does not have is free.
 *
 * @param port - 1 to 65535.
 * @param host - `127.0.0.1` when absent; or `::1`.
 */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  try {
    await listenOnce(port, host)
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EADDRINUSE') return false
    if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return true
    throw error
  }
}

/** The error for a port that somebody else listens on. */
export function portInUse(port: number, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_PORT_IN_USE', {
    message: `Port ${port} on 127.0.0.1, which PostgreSQL needs, is used by another process.`,
    fix: 'Stop that process, or choose another port.',
    details: { port },
    cause,
  })
}

async function listenOnce(port: number, host: string): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address()
      const found = typeof address === 'object' && address ? address.port : port
      server.close((error) => (error ? reject(error) : resolve(found)))
    })
  })
}
