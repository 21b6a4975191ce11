import type { RowProof } from '@freehold/runtime/signing'

/** Something that was done, as the person sees it who did it or whose account it was done to. */
export interface AuditEntry {
  /** The service in whose log it is. */
  readonly service: string
  readonly log: string
  /** Names it among the entries of the log. */
  readonly seq: number
  /** Its place in the sealed log; null until it is sealed. */
  readonly position: number | null
  readonly at: string
  readonly action: string
  /** Who did it: null when that is not known, as with a wrong password. */
  readonly actor: string | null
  readonly entity: string | null
  readonly entityId: string | null
  /** The version that it led to. */
  readonly version: number | null
  readonly requestId: string | null
  readonly detail: Readonly<Record<string, unknown>>
  readonly proof: EntryProof
}

/** How an entry is proven. */
export interface EntryProof {
  /** `pending` for a few seconds; `archived` when entries beside it were, so that it has no proof any more. */
  readonly status: 'signed' | 'pending' | 'archived'
  /** Where its proof is, when it is signed. */
  readonly href?: string
  /** The proof itself, when it was asked for. */
  readonly inline?: RowProof
}

/** A page of entries, newest first. */
export interface AuditPage {
  readonly items: readonly AuditEntry[]
  /** The seq of the last of them, when there are more. */
  readonly nextCursor: string | null
}
