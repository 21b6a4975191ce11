import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'

/** Sits between a client and the server, and takes down what the client says. */
export interface QueryTap {
  /** The same database by way of the tap. */
  readonly url: string
  /** The messages after the start-up, by the protocol's letters: `P`, `B`, `E`, `S`, `Q` … */
  readonly sent: readonly string[]
  close(): Promise<void>
}

export async function queryTap(serverUrl: string): Promise<QueryTap> {
  const target = new URL(serverUrl)
  const sent: string[] = []
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    let pending = Buffer.alloc(0)
    // The start-up message has a length and no letter.
    let header = 0
    client.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk])
      while (pending.length >= header + 4 && pending.length >= header + pending.readInt32BE(header)) {
        if (header === 1) sent.push(String.fromCharCode(pending[0] ?? 0))
        pending = pending.subarray(header + pending.readInt32BE(header))
        header = 1
      }
    })
    client.pipe(upstream).pipe(client)
    for (const socket of [client, upstream]) socket.on('error', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(serverUrl)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: url.href,
    sent,
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}
