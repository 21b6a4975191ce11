export { archiveLog, type Archived, type ArchiveOptions, type ArchiveStep } from './archive-log.js'
export { logState, type ArchiveEntry, type LogState } from './log-state.js'
export { type Partition } from './partition.js'
export { verifyArchive } from './verify-archive.js'
