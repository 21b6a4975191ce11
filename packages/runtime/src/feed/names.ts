/** What a batch of events is. */
export const batchType = 'application/cloudevents-batch+json'

/** The headers by which a feed says where a page stands. */
export const feedHeaders = {
  /** The id of the life of the log; absent where nothing is sealed. */
  epoch: 'freehold-epoch',
  /** The last position that is sealed. Not on a page that may be kept: it would be old. */
  head: 'freehold-head',
  /** Where the cursor is after the page, also when events of other types were left out. */
  position: 'freehold-position',
  /** The id of the segment that holds that position; absent at 0. */
  segment: 'freehold-segment',
  /** Stands for the types that the manifest lets this consumer have. */
  types: 'freehold-types',
} as const

/** The longest wait for events, in seconds. */
export const longestWait = 30

/** The most events of a page. */
export const mostEvents = 1_000

/** The most keys that are asked for at a time. */
export const mostKeys = 1_000

/** The kind of the problem when a cursor does not fit the log. */
export const otherLife = 'cursor-of-another-life'

/** The kind of the problem when what is asked for was archived. */
export const wasArchived = 'events-archived'
