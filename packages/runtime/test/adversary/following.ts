import { setTimeout as sleep } from 'node:timers/promises'
import type { Reader } from './readers.js'

/** A reader that reads all the time. */
export interface Following {
  /** What it has read, in the order in which it came. Throws what ended it, so that nobody waits for more. */
  readonly read: readonly string[]
  /** Reads until there is nothing new, and returns all. Of no use before the writers are done. */
  finish(): Promise<readonly string[]>
}

/**
 * Reads while others write.
 *
 * @param outlives - Which errors are only tried again; any other ends it, and `finish` throws it.
 */
export function follow(reader: Reader, outlives: (error: unknown) => boolean = () => false): Following {
  const read: string[] = []
  let failure: { error: unknown } | undefined
  let isEnding = false
  const loop = async (): Promise<void> => {
    for (let isFresh = true; (isFresh || !isEnding) && failure === undefined;) {
      try {
        const ids = await reader.next()
        read.push(...ids)
        isFresh = ids.length > 0
      } catch (error) {
        if (!outlives(error)) failure = { error }
        isFresh = true
      }
      await sleep(2)
    }
  }
  const ended = loop()
  return {
    get read() {
      if (failure) throw failure.error
      return read
    },
    async finish() {
      isEnding = true
      await ended
      if (failure) throw failure.error
      return read
    },
  }
}
