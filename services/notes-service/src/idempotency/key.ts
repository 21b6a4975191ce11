import { createHash } from 'node:crypto'
import { HttpProblem } from '@freehold/runtime/fastify'
import { defaultFormat } from '../notes/format.js'
import type { NoteContent } from '../notes/content.js'

/** What makes a POST safe to repeat. */
export interface RepeatableRequest {
  /** A digest of the author and of the key that they sent, so that keys of different people never meet. */
  readonly id: string
  /** A digest of what is asked for. */
  readonly digest: string
}

const form = /^[\x20-\x7e]{1,255}$/

/**
 * Reads an Idempotency-Key.
 *
 * @param header - What the client sent; nothing when a repetition is a new request.
 * @param authorId - Who asks.
 * @param content - What is asked for, with its defaults: how the JSON was written does not matter.
 * @throws HttpProblem 400 when the key is empty, longer than 255 characters, or not printable ASCII.
 */
export function repeatable(
  header: string | string[] | undefined,
  authorId: string,
  content: NoteContent,
): RepeatableRequest | undefined {
  if (header === undefined) return undefined
  if (typeof header !== 'string' || !form.test(header)) {
    throw new HttpProblem(400, {
      slug: 'invalid-idempotency-key',
      title: 'The Idempotency-Key cannot be used',
      detail: 'Send 1 to 255 printable ASCII characters, a new UUID for example.',
    })
  }
  return {
    id: digestOf([authorId, header]),
    digest: digestOf([
      content.title,
      content.body,
      content.tags,
      // As before there were formats, so that a repetition is known whichever version was asked first.
      ...(content.format === defaultFormat ? [] : [content.format]),
    ]),
  }
}

function digestOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
