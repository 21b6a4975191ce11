import { request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'

/** An answer, read to its end. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The parsed body. */
  json(): Record<string, unknown>
}

/** What to ask. */
export interface Question {
  readonly method?: string
  readonly headers?: Record<string, string | string[]>
  readonly body?: string | Buffer
  /** Send the body in pieces without saying its length. */
  readonly chunked?: boolean
}

/** Asks on a connection of its own. Rejects when the answer breaks off. */
export function ask(url: string | URL, question: Question = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body, chunked = false } = question
  return new Promise((resolve, reject) => {
    const length = body === undefined || chunked ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const asked = request(url, { method, headers: { ...headers, ...length }, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: () => JSON.parse(text) as Record<string, unknown>,
        })
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** Sends bytes and gives what comes back until the other side closes, or the time is over. */
export function exchange(
  port: number,
  bytes: string | Buffer,
  options: { host?: string; within?: number } = {},
): Promise<string> {
  const { host = '127.0.0.1', within = 5_000 } = options
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ port, host }, () => socket.write(bytes))
    const timer = setTimeout(() => socket.destroy(), within)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', reject)
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).toString('latin1'))
    })
  })
}

/** The head and the problem document of an answer that came over {@link exchange}. */
export function parsed(answer: string): { status: number; head: string; problem: Record<string, unknown> } {
  const [head = '', body = '{}'] = answer.split('\r\n\r\n', 2)
  return {
    status: Number(head.slice(9, 12)),
    head: head.toLowerCase(),
    problem: JSON.parse(body) as Record<string, unknown>,
  }
}
