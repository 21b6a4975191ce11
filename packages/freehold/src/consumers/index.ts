export { consumerCursors, type ConsumerCursors } from './consumer-cursors.js'
export type { ConsumerCursor, ConsumerMove, LogCursor, Moved } from './consumer-cursor.js'
export { publishedLog, type PublishedLog } from './published-log.js'
