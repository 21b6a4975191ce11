export { fromRow, type Append, type FromRow } from './append.js'
export type { ImmutableLog, LogEntry, LogReading } from './immutable-log.js'
export { immutableLog } from './log-of-service.js'
