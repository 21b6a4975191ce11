/** Names a parked key. */
export interface ParkedAt {
  readonly consumer: string
  readonly source: string
  readonly key: string
}

/** A key that waits: an event of it could not be handled, and those after it are behind it. */
export interface ParkedKey extends ParkedAt {
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
  /** As it was delivered. */
  readonly event: {
    readonly position: number
    readonly id: string
    readonly type: string
    readonly subject: string
    readonly time: string
    readonly data: unknown
  }
  /** Null when it is only behind another. */
  readonly error: string | null
  readonly attempts: number
  readonly state: 'parked' | 'retry' | 'applied' | 'discarded'
  readonly parkedAt: Date
  readonly settledAt: Date | null
  readonly actions: readonly ParkedAction[]
}

/** Who does something, and why. Both are recorded. */
export interface Reason {
  readonly who: string
  readonly why: string
}
