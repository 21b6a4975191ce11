import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import type { Account } from '../account/account.js'
import { spawnOptions } from './run.js'

const script = 'while read -r line; do pid=$line; done; [ -n "$pid" ] && exec kill -s "$1" "$pid"'

/** A process that stops a postmaster when we are gone. */
export interface Guardian {
  /** Where a postmaster writes its number; nothing where there is no guardian. */
  readonly ear: Socket | undefined
  /** Ends it, once there is nothing to stop any more. */
  readonly dismiss: () => Promise<void>
}

/**
 * A shell that waits at a pipe from this process, and stops the server when the pipe ends: so the server
 * does not outlive us, even when we are killed and cannot stop it ourselves. It is there before the postmaster,
 * which would have nobody otherwise while it starts; and it knows the postmaster by number, so that it never
 * stops the one of whoever uses the directory next.
 *
 * @param dataDirectory - For whoever reads its command line.
 */
export function guard(
  dataDirectory: string,
  account: Account | undefined,
  mode: 'fast' | 'immediate',
): Guardian {
  if (process.platform === 'win32') return { ear: undefined, dismiss: async () => undefined }
  const signal = mode === 'fast' ? 'INT' : 'QUIT'
  const child = spawn('/bin/sh', ['-c', script, 'freehold-guardian', signal, dataDirectory], {
    ...spawnOptions(account),
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  // Without a guardian the server works as well; the next start finds and stops what is left behind.
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  child.unref()
  const ear = child.stdin as Socket
  ear.unref()
  return { ear: child.pid === undefined ? undefined : ear, dismiss: async () => dismiss(child) }
}

async function dismiss(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGKILL')
  await ended
}
