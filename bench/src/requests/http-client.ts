import { Agent, request } from 'node:http'

/** An answer, as far as the comparison needs it. */
export interface Answer {
  readonly status: number
  readonly etag: string | undefined
  readonly body: string
}

/** Sends requests over connections that stay open, one a worker. */
export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })
  readonly #port: number

  constructor(port: number) {
    this.#port = port
  }

  send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    payload: object,
  ): Promise<Answer> {
    const body = JSON.stringify(payload)
    const all = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      ...headers,
    }
    return new Promise((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port: this.#port, method, path, headers: all, agent: this.#agent },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () => {
            resolve({
              status: response.statusCode ?? 0,
              etag: response.headers.etag,
              body: Buffer.concat(chunks).toString(),
            })
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
