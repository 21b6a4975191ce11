import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const graceMs = 10_000

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set()
let stopping = false

/**
 * Runs a program with this one's output, and answers its exit code. It leads a process group of its own,
 * so that a Ctrl-C reaches it once, from here, and so that what it leaves behind can be ended.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: Record<string, string>, output?: 'inherit' | 2 }} options - `env` is added
 *   to this one's. `output`: 2 when all that it writes belongs on stderr.
 * @returns {Promise<number>}
 */
export function runChild(program, args, { cwd, env = {}, output = 'inherit' }) {
  const options = {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output === 'inherit' ? 'inherit' : 2],
    detached: true,
  }
  return new Promise((ended, failed) => {
    const child = spawn(program, args, options)
    running.add(child)
    child.once('error', (error) => {
      running.delete(child)
      failed(error)
    })
    child.once('exit', (code, signal) => {
      running.delete(child)
      signalGroup(child, 'SIGKILL')
      ended(code ?? 128 + (constants.signals[signal ?? 'SIGKILL'] ?? 0))
    })
  })
}

/**
 * Hands an interruption on to the running programs, once, and kills those that do not end in time.
 *
 * @param {() => void} [onStop] - Called before, once.
 * @returns {() => void} Leaves the signals to whoever comes next, or to what they do by themselves.
 */
export function stopChildrenOnSignals(onStop = () => {}) {
  const handlers = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']).map((signal) => {
    const handler = () => {
      if (stopping) return
      stopping = true
      process.exitCode = 128 + constants.signals[signal]
      onStop()
      for (const child of running) {
        signalGroup(child, signal === 'SIGHUP' ? 'SIGTERM' : signal)
        setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs).unref()
      }
    }
    process.on(signal, handler)
    return () => process.off(signal, handler)
  })
  return () => handlers.forEach((forget) => forget())
}

/** Whether an interruption has arrived. */
export function isStopping() {
  return stopping
}

/** @param {import('node:child_process').ChildProcess} child @param {NodeJS.Signals} signal */
function signalGroup(child, signal) {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}
