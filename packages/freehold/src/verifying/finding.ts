/** What was found to be not as it was sealed. */
export type Finding = { readonly segment?: number; readonly position?: number } & (
  | {
      /** A row has other values than it had: in which columns, as far as that can be told. */
      readonly kind: 'altered'
      readonly columns: readonly string[]
    }
  | { readonly kind: 'removed' | 'inserted' | 'stray' | 'reordered' }
  | {
      /** Rows of a segment are not those that were sealed, and what would tell which was changed as well. */
      readonly kind: 'segment altered'
    }
  | { readonly kind: 'segment missing' | 'segment misplaced' | 'proof altered' | 'unsigned' }
  | { readonly kind: 'checkpoint altered' | 'checkpoint missing'; readonly size: number }
  | {
      /** What another service was told of the log does not go with what it is. */
      readonly kind: 'rewritten' | 'cut off'
      readonly witness: string
      readonly size: number
    }
) & { readonly detail: string }

/** What is to be said of a service that keeps the checkpoints of a log. */
export interface WitnessVerdict {
  readonly witness: string
  /** How many checkpoints of it were compared this time. */
  readonly compared: number
  /** Up to which position the log is the one that it was told of; 0 when it was told nothing that holds. */
  readonly confirms: number
  /** The last row of its log that was compared; absent when there is none. */
  readonly seq?: number
  /** Why it could not be asked. */
  readonly unreadable?: string
}

/** What is to be said of a log. */
export interface LogVerdict {
  readonly service: string
  readonly log: string
  /** How many segments were signed. */
  readonly size: number
  /** The last position that was signed. */
  readonly position: number
  /** When that was. */
  readonly signedAt: Date | undefined
  /** The root of the tree over them, in base64. */
  readonly root: string
  /** How many segments were looked at this time, and rows in them. */
  readonly checked: { readonly segments: number; readonly rows: number }
  /** How many segments were verified before, and so not looked at: only their hashes are those that they were. */
  readonly verifiedBefore: number
  /** How many segments are sealed and not signed yet. */
  readonly waiting: number
  /** The services that keep its checkpoints. */
  readonly witnesses: readonly WitnessVerdict[]
  /** Rows that are in an archive, and were not looked at. */
  readonly archived: number
  readonly findings: readonly Finding[]
}
