import type { Queryable } from '@freehold/runtime'

/** A row of an audit log, as every service of the notes system has them. */
export interface OwnRow {
  readonly seq: number
  readonly at: Date
  readonly actor: string | null
  readonly action: string
  readonly entity: string | null
  readonly entity_id: string | null
  readonly version: number | null
  readonly request_id: string | null
  readonly detail: Readonly<Record<string, unknown>>
}

/** The columns that say whose a row is: the log has an index on each, with `seq`. */
export type OwnerColumn = 'actor' | 'entity_id'

const columns = 'l.seq, l.at, l.actor, l.action, l.entity, l.entity_id, l.version, l.request_id, l.detail'

/** Greater than every seq that can be named. */
const afterAll = 1e15

/** Reads the rows of one person, over the service's own connection. */
export interface OwnRows {
  /** Newest first, those before a seq. */
  list(db: Queryable, userId: string, page: { before?: number | undefined; limit: number }): Promise<OwnRow[]>
  /** One row, if it is theirs. */
  find(db: Queryable, userId: string, seq: number): Promise<OwnRow | undefined>
}

/**
 * The rows of a person in a log.
 *
 * @param log - The name of the log, from the manifest.
 * @param owners - Which columns may name the person.
 */
export function ownRows(log: string, owners: readonly OwnerColumn[]): OwnRows {
  // Each is an index scan that ends with the page; a row that is found by both is one.
  const scans = owners.map(
    (column) =>
      `(select l.seq from ${log} l where l.${column} = $1::uuid and l.seq < $2 order by l.seq desc limit $3)`,
  )
  const list = `
    select ${columns}
    from ${log} l
    join (select o.seq from (${scans.join(' union ')}) o order by o.seq desc limit $3) own on own.seq = l.seq
    order by l.seq desc`
  const isOwn = owners.map((column) => `l.${column} = $1::uuid`).join(' or ')
  const find = `select ${columns} from ${log} l where l.seq = $2 and (${isOwn})`
  return {
    async list(db, userId, { before = afterAll, limit }) {
      const { rows } = await db.query<OwnRow>({
        name: `own_rows_${owners.join('_')}`,
        text: list,
        values: [userId, before, limit],
      })
      return rows
    },
    async find(db, userId, seq) {
      const { rows } = await db.query<OwnRow>({
        name: `own_row_${owners.join('_')}`,
        text: find,
        values: [userId, seq],
      })
      return rows[0]
    },
  }
}
