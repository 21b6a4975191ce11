import type { Readable } from 'node:stream'

/** An answer that was begun and did not end in time. */
export class AnswerTooSlow extends Error {
  /** @param milliseconds - How long it was waited for. */
  constructor(milliseconds: number) {
    super(`The answer was not through after ${milliseconds} ms.`)
    this.name = 'AnswerTooSlow'
  }
}

/**
 * Ends a stream that takes too long: one that drips never stands still long enough for an idle timeout. Its
 * status has been sent by then, so the client learns of it by a broken connection.
 *
 * @param stream - The body of an answer.
 * @param milliseconds - Until its end.
 */
export function endWithin(stream: Readable, milliseconds: number): Readable {
  const timer = setTimeout(() => stream.destroy(new AnswerTooSlow(milliseconds)), milliseconds)
  timer.unref()
  stream.once('close', () => clearTimeout(timer))
  return stream
}
