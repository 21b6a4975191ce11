/** How far a consumer has come in the log of another service. It is kept in the consumer's own database. */
export interface Cursor {
  /** The last position that has had its effect; 0 before the first. */
  readonly position: number
  /** The id of the segment that holds that position; null before the first. */
  readonly segment: string | null
  /** The id of the life of the log that it was read from; null before the first. */
  readonly epoch: string | null
}

/** An event as a consumer gets it: the attributes of CloudEvents 1.0, and its place. */
export interface Delivered<Data = unknown> {
  readonly position: number
  readonly segment: string
  readonly id: string
  /** The publishing service. */
  readonly source: string
  /** Its contract, with the version: `notes.note-revised.v1`. */
  readonly type: string
  /** What it is about: the key, by which events are in order. */
  readonly subject: string
  readonly time: Date
  readonly data: Data
  readonly correlationId: string | undefined
  readonly causationId: string | undefined
  readonly traceparent: string | undefined
}

/** What a subscription gives at a time: events after the cursor, in the order of their positions. */
export interface Delivery {
  /** Those of the types that were asked for. May be empty while the cursor moves on over others. */
  readonly events: readonly Delivered[]
  /** Where the cursor stands once they all have had their effect. */
  readonly cursor: Cursor
  /** The last position that the publisher had sealed: what is after the cursor is the lag. */
  readonly head: number
  /** Called when the effect and the cursor are committed; a transport that delivers again until then needs it. */
  done(): Promise<void>
}

/** What is subscribed to. */
export interface SubscriptionOptions {
  /** Names the subscriber towards the transport: `<service>.<consumer>`. */
  readonly consumer: string
  /** The publishing service. */
  readonly source: string
  /** The types that are wanted. */
  readonly types: readonly string[]
  readonly after: Cursor
}

/** An open subscription. */
export interface Subscription {
  /**
   * The next delivery after the one before. What was delivered and never committed comes again in a new subscription.
   *
   * @param options - `limit`: the most events; `waitMs`: how long to wait for the first, in milliseconds;
   *   `signal`: ends the waiting.
   * @returns Nothing when no event came in time.
   * @throws FreeholdError `FREEHOLD_EVENTS_CURSOR_FORKED` when the cursor is of another life of the log,
   *   `FREEHOLD_EVENTS_ARCHIVED` when what comes after it was archived, `FREEHOLD_EVENTS_REFUSED` when the publisher lets the consumer not in, `FREEHOLD_EVENTS_UNAVAILABLE` when it
   *   cannot be reached: then try again.
   */
  next(options: { limit: number; waitMs: number; signal?: AbortSignal }): Promise<Delivery | undefined>
  close(): Promise<void>
}

/** Carries events from the log of a service to its consumers. */
export interface EventTransport {
  subscribe(options: SubscriptionOptions): Promise<Subscription>
}
