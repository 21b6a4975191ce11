import { setTimeout as pause } from 'node:timers/promises'

/** A signal changes while something else is waited for. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted
}

/** Sleeps, in milliseconds, or until it is told to end. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await pause(ms, undefined, { signal }).catch(() => undefined)
}

/** What is begun goes on when nobody waits for it any more: the next one who asks finds it. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let end = (): void => undefined
  const aborted = new Promise<undefined>((resolve) => {
    end = () => resolve(undefined)
    signal.addEventListener('abort', end)
  })
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', end))
}
