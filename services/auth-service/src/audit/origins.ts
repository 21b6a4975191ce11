import type { Queryable } from '@freehold/runtime'
import { isErased, openValues, requiredKeys } from '@freehold/runtime/personal'

/** Where something came from. */
export interface KnownOrigin {
  readonly ip: string
}

interface SealedOrigin {
  readonly seq: number
  readonly subject: string
  readonly origin: string
}

const sealedOrigins = {
  name: 'sealed_origins',
  text: 'select seq, subject, origin from audit_log where seq = any ($1::bigint[]) and origin is not null',
}

/** Where entries of the audit log came from, by their seq; without those that had no origin, or lost it by an erasure. */
export async function originsOf(db: Queryable, seqs: readonly number[]): Promise<Map<number, KnownOrigin>> {
  const { rows } = await db.query<SealedOrigin>({ ...sealedOrigins, values: [seqs] })
  const place = { service: 'auth', name: 'audit_log', field: 'origin' }
  const sealed = rows.map(({ subject, origin }) => ({ ...place, subject, envelope: origin }))
  const opened = await openValues(requiredKeys(db.keys), sealed)
  return new Map(
    rows.flatMap(({ seq }, index) => {
      const origin = opened[index]
      return isErased(origin) ? [] : [[seq, origin as KnownOrigin] as const]
    }),
  )
}
