import type { Queryable } from '../database/index.js'
import { sealedEvents, type Cursor, type Epoch, type SealedEvent } from '../events/index.js'
import { streamForked } from './broker-errors.js'

/** Reads a log for one stream, and sees that they are the same so far. */
export interface LogReader {
  /** The last position that is sealed. */
  head(): Promise<number>
  epochs(): Promise<Epoch[]>
  /**
   * Sealed events after a place.
   *
   * @throws FreeholdError `FREEHOLD_EVENTS_STREAM_FORKED` when the log does not have that place, or another one there.
   */
  after(place: Cursor, limit: number): Promise<SealedEvent[]>
}

export function logReader(db: Queryable, service: string, log: string, stream: string): LogReader {
  const sealed = sealedEvents(service, log)
  return {
    head: () => sealed.head(db),
    epochs: () => sealed.epochs(db),
    async after(place, limit) {
      const { position } = place
      if (position === 0) return sealed.read(db, { after: 0, limit })
      // One statement sees the place and what is behind it, so that a restored database is noticed at once.
      const [same, ...events] = await sealed.read(db, { after: position - 1, limit: limit + 1 })
      if (same?.position === position && same.segment === place.segment) return events
      throw streamForked(
        same === undefined
          ? `the log ends before position ${position}, which is in the stream`
          : `position ${position} is in another segment of the log`,
        { stream, position, reason: same === undefined ? 'beyond-head' : 'other-segment' },
      )
    },
  }
}
