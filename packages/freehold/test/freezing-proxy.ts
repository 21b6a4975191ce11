import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A way to a server that can stand still: connections stay, and nothing comes through. */
export interface FreezingProxy {
  readonly url: string
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

/** Opens the way. */
export async function freezingProxy(serverUrl: string): Promise<FreezingProxy> {
  const { hostname, port } = new URL(serverUrl)
  const sockets = new Set<Socket>()
  let isFrozen = false
  const apply = (socket: Socket): void => void (isFrozen ? socket.pause() : socket.resume())
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (data) => to.write(data))
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      apply(from)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(serverUrl)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const turn = (frozen: boolean) => () => {
    isFrozen = frozen
    sockets.forEach(apply)
  }
  return {
    url: url.href,
    freeze: turn(true),
    thaw: turn(false),
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
