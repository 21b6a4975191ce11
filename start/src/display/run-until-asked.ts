import type { StartOptions } from '../options/options.js'
import type { RunningSystem } from '../system/running-system.js'
import { startSystem } from '../system/start-system.js'
import { eventLine } from './events.js'
import { welcome } from './welcome.js'

/**
 * Starts the system, says so, and runs it until somebody asks for its end: with Ctrl-C, a signal, or by ending the
 * npm that it was started by. Asked once more, it ends at once.
 *
 * @returns The exit code: 0 when it was stopped as asked.
 * @throws What {@link startSystem} throws, and `FREEHOLD_CHILD_FAILED` when a process was given up.
 */
export async function runUntilAsked(options: Omit<StartOptions, 'signal' | 'onEvent'>): Promise<number> {
  const began = performance.now()
  const write = (line: string | undefined): void => {
    if (line !== undefined) process.stdout.write(`${line}\n`)
  }
  const asked = new AbortController()
  let running: RunningSystem | undefined
  const ignore = onAsked(() => {
    if (asked.signal.aborted) {
      running?.kill()
      process.exit(130)
    }
    asked.abort()
  })
  try {
    running = await startSystem({
      ...options,
      signal: asked.signal,
      onEvent: (event) => write(eventLine(event)),
    })
    write(welcome(running, performance.now() - began, process.cwd()))
    await Promise.race([running.finished, aborted(asked.signal)])
  } catch (error) {
    if (!asked.signal.aborted) throw error
  } finally {
    await running?.stop()
    ignore()
  }
  write('Stopped.')
  return 0
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/** Calls back at each wish to end. */
function onAsked(callback: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, callback)
  // A signal to npm does not always reach what npm runs. Whoever ends it means us.
  const parent = process.ppid
  const watch =
    process.env.npm_lifecycle_event === undefined
      ? undefined
      : setInterval(() => {
          if (process.ppid === parent) return
          clearInterval(watch)
          callback()
        }, 500)
  watch?.unref()
  return () => {
    for (const signal of signals) process.off(signal, callback)
    clearInterval(watch)
  }
}
