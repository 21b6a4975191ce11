import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { FileHandle } from 'node:fs/promises'
import { mkdir, open, rename, stat } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Account } from '../account/account.js'
import type { PostgresBinaries } from '../binaries/binaries.js'
import { program } from '../binaries/binaries.js'
import { portInUse } from './port.js'
import { readPostmasterFile, stopInSteps } from './postmaster.js'
import { cannotRun, spawnOptions } from './run.js'

/** A postmaster that is ready for connections. */
export interface Postmaster {
  readonly pid: number
  /** Settles when it ended, for whatever reason. */
  readonly exited: Promise<void>
  /** Ends it, and comes back when it is gone. */
  readonly stop: (mode: 'fast' | 'immediate') => Promise<void>
}

/** What a postmaster is started with. */
export interface Launch {
  readonly binaries: PostgresBinaries
  readonly dataDirectory: string
  readonly account: Account | undefined
  readonly port: number
  readonly args: readonly string[]
  readonly logFile: string
  /** Where the postmaster's number is written, by itself. */
  readonly ear: Socket | undefined
}

// Tells its number itself, before it becomes the postmaster: we may be killed before we learn it. The pipe is closed
// to the postmaster, since its end means our own.
const announce = 'echo $$ >&3; exec "$0" "$@" 3>&-'
const startTimeout = 120_000
const orphanTimeout = 10_000
const largestLog = 10_000_000

/**
 * Starts a postmaster and waits until it is ready. After a postmaster was killed, its children need a
 * moment to notice; until then PostgreSQL refuses to start, and is asked again.
 *
 * @throws FreeholdError `FREEHOLD_PORT_IN_USE`, or `FREEHOLD_EMBEDDED_FAILED` with the end of the log.
 */
export async function launch(options: Launch): Promise<Postmaster> {
  await mkdir(dirname(options.logFile), { recursive: true })
  await setAside(options.logFile)
  const log = await open(options.logFile, 'a+', 0o600)
  try {
    const until = Date.now() + orphanTimeout
    for (;;) {
      const { size } = await log.stat()
      const postmaster = await attempt(options, log)
      if (postmaster) return postmaster
      const said = await readFrom(log, size)
      const orphans = /pre-existing shared memory block/.test(said)
      if (!orphans || Date.now() > until) throw failed(options, said)
      await sleep(100)
    }
  } finally {
    await log.close()
  }
}

async function attempt(options: Launch, log: FileHandle): Promise<Postmaster | undefined> {
  const file = program(options.binaries, 'postgres')
  const command = [file, '-D', options.dataDirectory, ...options.args]
  const [first = file, ...rest] = options.ear ? ['/bin/sh', '-c', announce, ...command] : command
  const child = spawn(first, rest, {
    ...spawnOptions(options.account),
    stdio: ['ignore', log.fd, log.fd, ...(options.ear ? [options.ear] : [])],
    // A session of its own: a Ctrl-C in the terminal reaches us alone, and we decide who stops when.
    detached: true,
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await once(child, 'spawn').catch((cause: unknown) => {
    throw cannotRun(file, cause)
  })
  const { pid = 0 } = child
  const gone = () => child.exitCode !== null || child.signalCode !== null
  const stop = async (mode: 'fast' | 'immediate') => {
    if (!gone()) await stopInSteps((signal) => child.kill(signal), gone, mode)
  }
  const until = Date.now() + startTimeout
  while (!gone()) {
    const written = await readPostmasterFile(options.dataDirectory)
    if (written?.pid === pid && written.status === 'ready') return { pid, exited, stop }
    if (Date.now() > until) await stop('immediate')
    else await sleep(10)
  }
  return undefined
}

function failed(options: Launch, said: string): FreeholdError {
  if (/Address already in use|could not create any TCP\/IP sockets/.test(said)) return portInUse(options.port)
  const tail = said.trim().split('\n').slice(-15).join('\n')
  return new FreeholdError('FREEHOLD_EMBEDDED_FAILED', {
    message: `PostgreSQL did not start in ${options.dataDirectory}. The end of its log:\n${tail}`,
    fix: `Read the whole log: ${options.logFile}`,
    details: { logFile: options.logFile, dataDirectory: options.dataDirectory },
  })
}

async function readFrom(log: FileHandle, start: number): Promise<string> {
  const { size } = await log.stat()
  const { buffer, bytesRead } = await log.read({
    buffer: Buffer.alloc(Math.max(0, size - start)),
    position: start,
  })
  return buffer.toString('utf8', 0, bytesRead)
}

/** One log of yesterday is enough. */
async function setAside(logFile: string): Promise<void> {
  const size = (await stat(logFile).catch(() => undefined))?.size ?? 0
  if (size > largestLog) await rename(logFile, `${logFile}.1`)
}
