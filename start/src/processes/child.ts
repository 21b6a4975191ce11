import { FreeholdError } from '@freehold/manifest/errors'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { ending } from './ending.js'
import { lastLines, openLog } from './log-file.js'

/** A process of Node, and what it gets to know. */
export interface ChildOptions {
  readonly name: string
  /** The file that it runs. */
  readonly entry: string
  readonly logFile: string
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>
  /** How long it may take to become ready, in milliseconds; 30 000 when absent. */
  readonly readyMs?: number
  /** How long it may take to end when asked to, in milliseconds; 10 000 when absent. */
  readonly graceMs?: number
}

/** A process that is ready. */
export interface RunningProcess {
  readonly pid: number
  /** Settles when it ended, with how. */
  readonly exited: Promise<string>
  /** Asks it to end, insists after a while, and comes back when it is gone. */
  readonly stop: () => Promise<void>
  /** Ends it at once. */
  readonly kill: () => void
}

/**
 * Starts a process and waits until it says that it is ready, over the channel by which it also notices our end.
 *
 * @throws FreeholdError `FREEHOLD_CHILD_FAILED` with the end of its log.
 */
export async function startChild(options: ChildOptions): Promise<RunningProcess> {
  const log = await openLog(options.logFile)
  try {
    const { size } = await log.stat()
    const child = spawn(process.execPath, [options.entry], {
      env: options.env,
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
      // Out of the terminal's group: a Ctrl-C reaches us alone, and we stop everything in its order.
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
    const exited = new Promise<string>((resolve) => {
      child.once('exit', (code, signal) => resolve(ending(code, signal)))
      child.on('error', (error) => resolve(error.message))
    })
    const how = await readiness(child, exited, options.readyMs ?? 30_000)
    if (how === 'ready') return running(child, exited, options.graceMs ?? 10_000)
    child.kill('SIGKILL')
    throw notReady(options, how, await lastLines(log, size))
  } finally {
    await log.close()
  }
}

async function readiness(child: ChildProcess, exited: Promise<string>, patience: number): Promise<string> {
  const tooLate = new AbortController()
  const said = new Promise<string>((resolve) => {
    child.on('message', (message) => {
      if (typeof message === 'object' && 'type' in message && message.type === 'ready') resolve('ready')
    })
  })
  const late = sleep(patience, `was not ready after ${patience / 1000} s`, { signal: tooLate.signal }).catch(
    () => 'ready',
  )
  const how = await Promise.race([said, late, exited.then((end) => `ended (${end}) before it was ready`)])
  tooLate.abort()
  return how
}

function running(child: ChildProcess, exited: Promise<string>, grace: number): RunningProcess {
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    const insist = setTimeout(() => child.kill('SIGKILL'), grace)
    await exited
    clearTimeout(insist)
  }
  return { pid: child.pid ?? 0, exited, stop, kill: () => child.kill('SIGKILL') }
}

function notReady({ name, logFile }: ChildOptions, how: string, tail: string): FreeholdError {
  const said = tail === '' ? 'It wrote nothing.' : `The end of its log:\n${tail}`
  return new FreeholdError('FREEHOLD_CHILD_FAILED', {
    message: `${name} ${how}. ${said}`,
    fix: `Read the whole log: ${logFile}`,
    details: { name, logFile },
  })
}
