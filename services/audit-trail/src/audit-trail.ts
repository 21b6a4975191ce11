import type { Service } from '@freehold/manifest'
import type { Database } from '@freehold/runtime'
import { rowProver, type RowPlace, type RowProof } from '@freehold/runtime/signing'
import type { AuditEntry, AuditPage, EntryProof } from './entry.js'
import { ownRows, type OwnerColumn, type OwnRow } from './own-rows.js'
import { entryNotFound, proofArchived, proofPending } from './problems.js'

/** What people see of the audit log of a service. */
export interface AuditTrail {
  /** Entries of one person, newest first; with `areProven` each that is signed has its proof with it. */
  page(
    userId: string,
    wanted: { before?: number | undefined; limit: number; areProven: boolean },
  ): Promise<AuditPage>
  /**
   * The proof of an entry.
   *
   * @throws HttpProblem 404 when the person has no such entry or it was archived in part, 409 when it is not signed yet.
   */
  proof(userId: string, seq: number): Promise<RowProof>
}

/** Whose log it is, and what of it is shown. */
export interface AuditTrailOptions {
  /** Its part of the manifest, with a log `audit_log`. */
  readonly service: Service
  readonly database: Database
  /** Where its entries are: each has its proof below. */
  readonly path: string
  /** The columns that say whose an entry is. */
  readonly owners: readonly OwnerColumn[]
  /** What of the detail is shown to whose entry it is, for each of the rows of a page. */
  readonly shownDetails: (rows: readonly OwnRow[]) => ShownDetails | Promise<ShownDetails>
}

/** For each row what is shown of its detail. */
export type ShownDetails = readonly Readonly<Record<string, unknown>>[]

const log = 'audit_log'

/** The audit log of a service, for those whom it is about. */
export function auditTrail(options: AuditTrailOptions): AuditTrail {
  const { service, database, path, owners, shownDetails } = options
  const own = ownRows(log, owners)
  const prover = rowProver(service, log, database)

  function entryOf(
    row: OwnRow,
    detail: Readonly<Record<string, unknown>>,
    place: RowPlace | undefined,
    proofs: ReadonlyMap<number, RowProof> | undefined,
  ): AuditEntry {
    const { seq, at, action, actor, entity, version } = row
    return {
      service: service.name,
      log,
      seq,
      position: place?.position ?? null,
      at: at.toISOString(),
      action,
      actor,
      entity,
      entityId: row.entity_id,
      version,
      requestId: row.request_id,
      detail,
      proof: proofOf(`${path}/${seq}/proof`, place, proofs && { of: proofs.get(seq) }),
    }
  }

  return {
    async page(userId, { before, limit, areProven }) {
      // One more than is shown says whether there are more.
      const rows = await own.list(database, userId, { before, limit: limit + 1 })
      const shown = rows.slice(0, limit)
      const seqs = shown.map(({ seq }) => seq)
      // Proofs first: what they have is signed when places are looked at.
      const proofs = areProven ? await prover.prove(seqs) : undefined
      const [places, details] = await Promise.all([prover.places(seqs), shownDetails(shown)])
      return {
        items: shown.map((row, index) => entryOf(row, details[index] ?? {}, places.get(row.seq), proofs)),
        nextCursor: rows.length > limit ? String(seqs.at(-1)) : null,
      }
    },
    async proof(userId, seq) {
      if ((await own.find(database, userId, seq)) === undefined) throw entryNotFound()
      const proof = (await prover.prove([seq])).get(seq)
      if (proof !== undefined) return proof
      const place = (await prover.places([seq])).get(seq)
      throw place?.isArchived === true ? proofArchived() : proofPending()
    },
  }
}

/** @param inline - The proof itself, where proofs were asked for. */
function proofOf(
  href: string,
  place: RowPlace | undefined,
  inline: { readonly of: RowProof | undefined } | undefined,
): EntryProof {
  if (place?.isArchived === true) return { status: 'archived' }
  if (place?.isSigned !== true || (inline !== undefined && inline.of === undefined))
    return { status: 'pending' }
  return { status: 'signed', href, ...(inline?.of && { inline: inline.of }) }
}
