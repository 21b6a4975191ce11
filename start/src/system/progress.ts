import type { StartOptions } from '../options/options.js'

/** Does a piece of work, and tells when it is done, with a text that may use its result. */
export type Progress = <T>(work: () => Promise<T>, done: (result: T) => string) => Promise<T>

/** Tells the listener of these options. */
export function progressOf({ onEvent, signal }: Pick<StartOptions, 'onEvent' | 'signal'>): Progress {
  return async (work, done) => {
    signal?.throwIfAborted()
    const began = performance.now()
    const result = await work()
    onEvent?.({ kind: 'done', what: done(result), milliseconds: performance.now() - began })
    return result
  }
}
