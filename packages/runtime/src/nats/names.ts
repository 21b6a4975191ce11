import { randomBytes } from 'node:crypto'

/** The headers of a message, beside those of JetStream. */
export const natsHeaders = {
  /** The id of the life of the log. */
  epoch: 'Freehold-Epoch',
  /** The place in the log, which is also the sequence in the stream. */
  position: 'Freehold-Position',
  /** The id of the segment that holds the position. */
  segment: 'Freehold-Segment',
} as const

/**
 * A name for what the server keeps of one subscription: `billing-invoices-k3v9x2a1`. Instances of a consumer have
 * cursors of their own, so each subscription has a name of its own.
 *
 * @param consumer - `<service>.<consumer>`.
 */
export function subscriptionName(consumer: string): string {
  return `${consumer.replaceAll(/[^A-Za-z0-9_-]/g, '-')}-${randomBytes(6).toString('hex')}`
}
