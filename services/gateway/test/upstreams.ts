import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** A request as a service saw it. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: string[]
  readonly body: string
}

/** A service that listens on a real port. */
export interface TestUpstream {
  readonly url: URL
  readonly port: number
  /** What reached it, in order. */
  readonly seen: Seen[]
  close(): Promise<void>
}

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** A service that answers as it is told to; 200 and what it saw by default. */
export async function httpUpstream(answer: Answer = echo, port = 0): Promise<TestUpstream> {
  const seen: Seen[] = []
  const server = createHttpServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      seen.push({
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        rawHeaders: request.rawHeaders,
        body,
      })
      answer(request, response, body)
    })
  })
  const listening = await listen(server, port)
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await listening.close()
  }
  return { ...listening, seen, close }
}

/** A service that speaks whatever it is told to, which need not be HTTP. `seen` stays empty. */
export async function tcpUpstream(serve: (socket: Socket, received: string) => void): Promise<TestUpstream> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    // The other side hangs up in the middle: that is what these tests are about.
    socket.on('error', () => undefined)
    socket.on('data', (data) => serve(socket, data.toString('latin1')))
  })
  const listening = await listen(server, 0)
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    await listening.close()
  }
  return { ...listening, seen: [], close }
}

function echo(request: IncomingMessage, response: ServerResponse, body: string): void {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ method: request.method, url: request.url, body }))
}

async function listen(
  server: Server,
  port: number,
): Promise<{ url: URL; port: number; close: () => Promise<void> }> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const bound = (server.address() as AddressInfo).port
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()))
  return { url: new URL(`http://127.0.0.1:${bound}`), port: bound, close }
}
