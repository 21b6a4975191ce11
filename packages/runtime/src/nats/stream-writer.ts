import type { NatsConnection } from '@nats-io/transport-node'
import { notCarried, wrongLastSequence } from './broker-errors.js'
import type { Publication } from './publication.js'

/** What became of a run of messages. */
export type Stored =
  /** All of them are in the stream. */
  | { readonly kind: 'stored' }
  /** Another publisher had stored them, or is at another place. */
  | { readonly kind: 'overtaken' }
  /** It is not known. */
  | { readonly kind: 'failed'; readonly error: unknown }

interface Acknowledgement {
  readonly stream?: string
  readonly seq?: number
  readonly duplicate?: boolean
  readonly error?: { readonly err_code?: number; readonly description?: string }
}

/**
 * Sends a run of messages, in their order, and asks for an answer to the last one only: it can be stored only when all
 * before it were.
 *
 * @param timeoutMs - How long to wait for the answer.
 * @returns Never rejects.
 */
export async function storeRun(
  connection: NatsConnection,
  stream: string,
  run: readonly Publication[],
  timeoutMs: number,
): Promise<Stored> {
  const last = run.at(-1)
  if (last === undefined) return { kind: 'stored' }
  try {
    for (const { subject, payload, headers } of run.slice(0, -1))
      connection.publish(subject, payload, { headers })
    const answer = await connection.request(last.subject, last.payload, {
      headers: last.headers,
      timeout: timeoutMs,
    })
    return outcome(stream, last.position, answer.json<Acknowledgement>())
  } catch (error) {
    return { kind: 'failed', error: notCarried('the server does not answer', error) }
  }
}

function outcome(stream: string, position: number, answer: Acknowledgement): Stored {
  const { error, seq, duplicate = false } = answer
  if (error?.err_code === wrongLastSequence) return { kind: 'overtaken' }
  if (error !== undefined)
    return { kind: 'failed', error: notCarried(error.description ?? 'the server refuses it', error) }
  if (answer.stream !== stream)
    return { kind: 'failed', error: notCarried(`the stream "${answer.stream}" has its subjects`) }
  return { kind: duplicate || seq !== position ? 'overtaken' : 'stored' }
}
