import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from '@freehold/embedded'

/** A server in a process of its own, at an address of this machine. */
export interface ServiceProcess extends AsyncDisposable {
  readonly port: number
}

/**
 * Starts a program that listens on `PORT` and says that it is ready by a message.
 *
 * @param env - Its environment, beside PATH and PORT.
 */
export async function startService(
  main: URL,
  env: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const port = await freePort()
  const child = spawn(process.execPath, [main.pathname], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      PORT: String(port),
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const first = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => undefined)])
  if (first === undefined) throw new TypeError(`${main.pathname} ended before it was ready`)
  return { port, [Symbol.asyncDispose]: () => stop(child) }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
