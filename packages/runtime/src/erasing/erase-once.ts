import type { Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Database, Transaction } from '../database/index.js'
import type { ImmutableLog } from '../logs/index.js'
import type { KeyStore } from '../personal/index.js'
import { prepared } from '../statements/prepared.js'
import { eraseBeside } from './beside.js'
import type { EraseRows, ErasedRows, ErasureRow } from './erasure.js'
import type { ErasureReader, OpenErasure } from './open-erasures.js'
import { remainsOf } from './remains.js'

/** What a step of an erasure needs. */
export interface Erasing {
  readonly service: Service
  readonly db: Database
  readonly keys: KeyStore
  readonly log: ImmutableLog<ErasureRow>
  readonly reader: ErasureReader
  readonly erase: EraseRows
  readonly settleMs: number
}

const lock = prepared(`select pg_advisory_xact_lock(hashtext('freehold.erasure'), hashtext($1))`)

/** What somebody's event did wrong may be quoted there. The event itself is sealed. */
const clearParked = prepared(
  `update freehold.parked_event set error = 'erased'
   where service = $1 and error is not null and error <> 'erased'
     and strpos(lower(event::text), to_json(lower($2::text))::text) > 0`,
)

/**
 * Brings an erasure one step on. Keys go first: then nothing more can be sealed, and what is sealed is gone at once. What
 * writers that were under way have stored all the same is erased when they have ended.
 *
 * @returns Whether it is at its end.
 * @throws FreeholdError `FREEHOLD_ERASURE_INCOMPLETE` when the service's own function has left rows; and what that throws.
 */
export async function eraseOnce(erasing: Erasing, erasure: OpenErasure): Promise<boolean> {
  const { service, db, keys, log, reader, settleMs } = erasing
  const { id, subject, purpose, rows } = erasure
  if (rows !== undefined && !erasure.isSettled) return false
  const { at } = await keys.destroy({ subject, ...(purpose !== undefined && { purpose }) })
  const remains = remainsOf(service)
  return db.transaction(async (tx) => {
    await tx.query({ ...lock, values: [id] })
    const now = await reader.openOne(tx, id, settleMs)
    if (now === undefined) return true
    if (now.rows !== undefined && !now.isSettled) return false
    const own = added(now.rows ?? now.rowsBefore, await erasing.erase(tx, erasure))
    const erased = added(own, await eraseBeside(tx, service, erasure))
    await tx.query({ ...clearParked, values: [service.name, subject] })
    const left = await remains(tx, erasure)
    if (Object.keys(left).length > 0) throw incomplete(service, left)
    await recorded(tx, log, now, { rows: erased, keysDestroyedAt: at.toISOString() })
    return now.rows !== undefined
  })
}

async function recorded(
  tx: Transaction,
  log: ImmutableLog<ErasureRow>,
  { id, subject, purpose, reason, rows }: OpenErasure,
  detail: ErasureRow['detail'],
): Promise<void> {
  const step = rows === undefined ? 'forgotten' : 'erased'
  await log.append(tx, { id, step, subject, purpose: purpose ?? null, reason: reason ?? null, detail })
}

function added(one: ErasedRows, other: ErasedRows): ErasedRows {
  const sums = new Map(Object.entries(one))
  for (const [table, rows] of Object.entries(other)) sums.set(table, (sums.get(table) ?? 0) + rows)
  return Object.fromEntries(sums)
}

function incomplete({ name }: Service, left: ErasedRows): FreeholdError {
  const tables = Object.entries(left).map(([table, rows]) => `${table} (${rows})`)
  return new FreeholdError('FREEHOLD_ERASURE_INCOMPLETE', {
    message: `The service "${name}" was to forget somebody, and left rows about them in ${tables.join(', ')}.`,
    details: { service: name, left },
  })
}
