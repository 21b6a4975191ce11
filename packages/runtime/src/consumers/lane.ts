import type { Cursor, Delivered, Opened } from '../events/index.js'

/** Which consumer of whose events: the key of all that is stored of it. */
export interface Subscriber {
  readonly service: string
  readonly consumer: string
  /** The publishing service. */
  readonly source: string
}

/** A lane that this process holds, as it was when it was last read or written. */
export interface Lane {
  readonly lane: number
  /** Raised when the lane gets an owner. Whoever has an older one writes nothing any more. */
  readonly fence: number
  cursor: Cursor
  /** How often others have meddled with its parked events. */
  readonly parkedChanges: number
  /** The keys that have parked events: what comes after them is parked, too. */
  readonly parked: Set<string>
  /** Those of them that somebody wants to be tried again. */
  readonly retry: Set<string>
}

/** An event and the lane that it belongs to. */
export interface Routed {
  /** As it was delivered, and as it is parked. */
  readonly event: Delivered
  readonly lane: Lane
  /** Absent where nothing is ever to be opened. */
  readonly opened?: Opened | undefined
}

/** The parameters that name the subscriber, in the order of `$1`, `$2` and `$3`. */
export function named({ service, consumer, source }: Subscriber): string[] {
  return [service, consumer, source]
}
