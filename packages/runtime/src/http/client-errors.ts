import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { HttpProblem, problemType } from './problem.js'

const problems: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The request line and headers are larger than this service takes.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
}

/** Answers what is not HTTP, or too much of it: Node has no request to hand to the application then. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, detail] = problems[error.code ?? ''] ?? [400, 'The request is not valid HTTP.']
  const body = JSON.stringify(new HttpProblem(status, { detail }))
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n` +
      `content-type: ${problemType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
