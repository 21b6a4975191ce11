import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import type { Account } from '../account/account.js'
import type { PostgresBinaries } from '../binaries/binaries.js'
import { program } from '../binaries/binaries.js'
import { spawnOptions } from './run.js'

const script = 'while read -r _; do :; done; exec "$1" stop -D "$2" -m "$3" -W -s'

/**
 * A shell that waits at a pipe from this process, and stops the server when the pipe ends: so the server
 * does not outlive us, even when we are killed and cannot stop it ourselves.
 *
 * @returns Ends the guardian, once the server is gone.
 */
export function guard(
  binaries: PostgresBinaries,
  dataDirectory: string,
  account: Account | undefined,
  mode: 'fast' | 'immediate',
): () => Promise<void> {
  if (process.platform === 'win32') return async () => undefined
  const child = spawn(
    '/bin/sh',
    ['-c', script, 'freehold-guardian', program(binaries, 'pg_ctl'), dataDirectory, mode],
    {
      ...spawnOptions(account),
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    },
  )
  // Without a guardian the server works as well; the next start finds and stops what is left behind.
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  child.unref()
  ;(child.stdin as Socket | null)?.unref()
  return async () => dismiss(child)
}

async function dismiss(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill('SIGKILL')
  await ended
}
