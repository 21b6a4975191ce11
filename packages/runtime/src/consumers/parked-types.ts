import type { Delivered } from '../events/index.js'

/** A key that waits: an event of it could not be handled, and those after it are behind it. */
export interface ParkedKey {
  readonly consumer: string
  readonly source: string
  readonly key: string
  /** How many of its events wait. */
  readonly events: number
  /** Of the first of them. */
  readonly position: number
  readonly type: string
  readonly error: string | null
  readonly attempts: number
  readonly parkedAt: Date
  /** Whether somebody has asked for another try, which has not come yet. */
  readonly isRetried: boolean
}

/** What was done to a parked event. */
export interface ParkedAction {
  readonly action: 'retry' | 'edit' | 'discard'
  readonly who: string
  readonly why: string | null
  /** The data before an edit. */
  readonly before: unknown
  readonly at: Date
}

/** An event that is parked, or was. */
export interface ParkedEvent {
  readonly event: Delivered
  /** Null when it is only behind another. */
  readonly error: string | null
  readonly attempts: number
  readonly state: 'parked' | 'retry' | 'applied' | 'discarded'
  readonly parkedAt: Date
  readonly settledAt: Date | null
  readonly actions: readonly ParkedAction[]
}

/** Names a parked key. */
export interface ParkedAt {
  readonly consumer: string
  readonly source: string
  readonly key: string
}

/** Who does something, and why. Both are recorded. */
export interface Reason {
  readonly who: string
  readonly why: string
}

/** The parked events of the consumers of one service. */
export interface Parked {
  /** Keys that wait, those that wait longest first; 100 when `limit` is absent. */
  list(filter?: { consumer?: string; source?: string; limit?: number }): Promise<ParkedKey[]>
  /** Events of a key in their order, also those that are settled; 100 when `limit` is absent. */
  show(at: ParkedAt, options?: { limit?: number }): Promise<ParkedEvent[]>
  /** Has the consumer try the events of a key again, in their order. It does so within a second or two. */
  retry(at: ParkedAt, reason: Pick<Reason, 'who'> & Partial<Reason>): Promise<number>
  /** Replaces the data of an event. What it was before is recorded. */
  edit(at: ParkedAt & { position: number; data: unknown }, reason: Reason): Promise<void>
  /** Gives up one event, or all of the key. The rest waits until it is tried again; a key without rest goes on. */
  discard(at: ParkedAt & { position?: number }, reason: Reason): Promise<number>
}
