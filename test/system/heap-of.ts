import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'undici'

/** Where a process of Node listens for its inspector when it is told nothing else. */
const inspector = 'http://127.0.0.1:9229/json/list'

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly chunk?: string }
}

/**
 * A heap snapshot of a running process of Node, after a garbage collection: everything that it can still reach. One
 * process at a time, since they all listen at the same port.
 */
export async function heapOf(pid: number): Promise<Buffer> {
  process.kill(pid, 'SIGUSR1')
  const socket = new WebSocket(await inspectorUrl())
  try {
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true })
      socket.addEventListener('error', reject, { once: true })
    })
    const chunks: Buffer[] = []
    await asked(socket, 1, 'HeapProfiler.takeHeapSnapshot', {}, (chunk) => chunks.push(Buffer.from(chunk)))
    return Buffer.concat(chunks)
  } finally {
    // Closes the port, so that the next process can have it.
    socket.send(
      JSON.stringify({ id: 2, method: 'Runtime.evaluate', params: { expression: 'process._debugEnd()' } }),
    )
    await sleep(200)
    socket.close()
  }
}

async function inspectorUrl(): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      const [target] = (await (await fetch(inspector)).json()) as { webSocketDebuggerUrl: string }[]
      if (target !== undefined) return target.webSocketDebuggerUrl
    } catch {
      // Not listening yet.
    }
    await sleep(50)
  }
  throw new Error('The inspector did not answer.')
}

function asked(
  socket: WebSocket,
  id: number,
  method: string,
  params: object,
  onChunk: (chunk: string) => void,
): Promise<void> {
  return new Promise((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data)) as Message
      if (message.method === 'HeapProfiler.addHeapSnapshotChunk') onChunk(message.params?.chunk ?? '')
      if (message.id === id) resolve()
    })
    socket.send(JSON.stringify({ id, method, params }))
  })
}
