import type { LogName } from '@freehold/proof'

/** A segment, and what proves it. */
export interface SourceSegment {
  readonly number: number
  /** The life of the log that it was sealed in. */
  readonly epoch: string
  readonly firstPosition: number
  readonly rows: number
  /** Which seqs it has, as PostgreSQL writes an int8multirange. */
  readonly seqs: string
  /** Nothing of it is there when it was not signed yet. */
  readonly proof: SegmentProof | undefined
}

/** What was kept of a segment when it was signed. */
export interface SegmentProof {
  /** The columns that its rows were hashed with, in order. */
  readonly columns: readonly string[]
  readonly root: Buffer
  readonly hash: Buffer
  readonly marks: Buffer
}

/** A checkpoint as it was kept. */
export interface SourceCheckpoint {
  readonly size: number
  readonly note: string
}

/** A row of a segment. */
export interface SourceRow {
  readonly segment: number
  readonly seq: number
  /** Its bytes, see `rowBytes`. */
  readonly bytes: Buffer
}

/** A row that no segment has, and that is older than the last of them. */
export interface StrayRow {
  readonly seq: number
}

/** A column of the log as it is now. */
export interface SourceColumn {
  readonly name: string
  readonly isJson: boolean
}

/** Where a log is read from to be verified: a live database, or an export. */
export interface LogSource extends LogName {
  readonly columns: readonly SourceColumn[]
  /** Of all segments, the hashes of what was signed, in order. */
  hashes(): Promise<readonly Buffer[]>
  /** Segments with these numbers, in order. */
  segments(from: number, to: number): Promise<readonly SourceSegment[]>
  /** The number of the last segment; 0 when there is none. */
  lastSegment(): Promise<number>
  /** Checkpoints of so many segments and more, smallest first. */
  checkpoints(from: number): Promise<readonly SourceCheckpoint[]>
  /** Rows of segments, in any order. Those of archived partitions are not there. */
  rows(segments: readonly SourceSegment[], columns: readonly string[]): AsyncIterable<SourceRow>
  /** The last position that was archived; 0 when all is there. */
  readonly archivedTo: number
  strays(): Promise<readonly StrayRow[]>
}
