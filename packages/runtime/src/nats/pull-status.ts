import type { Msg } from '@nats-io/transport-node'

/** What the server says of a request, other than by bringing a message. */
export type PullStatus =
  /** It works on it. */
  | { readonly kind: 'alive' }
  /** The request has ended; so many of its messages do not come. Undefined where an old server does not say it. */
  | { readonly kind: 'ended'; readonly left: number | undefined }
  /** Nothing more comes from this consumer. */
  | { readonly kind: 'broken'; readonly why: string }

/** Reads a message that is none of the stream: 404 and 408 end a request, as 409 does when it asked for too much. */
export function pullStatusOf({ headers }: Msg): PullStatus {
  const { code = 0, description = '' } = headers ?? {}
  if (code === 100) return { kind: 'alive' }
  const isEnd = code === 404 || code === 408 || (code === 409 && /exceed|batch completed/i.test(description))
  if (!isEnd) return { kind: 'broken', why: `the server says ${code} ${description}` }
  const left = headers?.get('Nats-Pending-Messages') ?? ''
  return { kind: 'ended', left: left === '' ? undefined : Number(left) }
}
