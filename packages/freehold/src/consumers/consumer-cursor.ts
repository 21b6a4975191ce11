/** A place in the log of a service, as consumers keep it: its position, and of which life of the log it is. */
export interface LogCursor {
  /** The last position that counts as handled; 0 before the first. */
  readonly position: number
  /** The id of the segment that holds it; null before the first. */
  readonly segment: string | null
  /** The id of the life of the log; null before the first. */
  readonly epoch: string | null
}

/** Where somebody set a consumer. */
export interface ConsumerMove {
  readonly position: number
  readonly who: string
  readonly why: string
  readonly at: Date
}

/** A consumer as its own database has it. */
export interface ConsumerCursor {
  readonly consumer: string
  /** The publishing service. */
  readonly source: string
  readonly lanes: number
  /** The position up to which all lanes have come. */
  readonly position: number
  /** The ids of the segments that its lanes stand in. */
  readonly segments: readonly string[]
  /** How many lanes a process holds. */
  readonly held: number
  /** How many processes of it are alive. */
  readonly instances: number
  /** How many of its events are parked. */
  readonly parked: number
  /** Null when nobody has ever moved it. */
  readonly lastMove: ConsumerMove | null
}

/** What a move has done. */
export interface Moved {
  readonly consumer: string
  readonly source: string
  /** The position up to which all lanes had come. */
  readonly from: number
  readonly to: number
  /** How many parked events were given up, because they are beyond the place and come again. */
  readonly discarded: number
}
