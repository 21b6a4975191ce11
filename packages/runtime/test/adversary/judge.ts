import type { Database } from '../../src/database/index.js'
import type { Ledger } from './load.js'

/** What a reader did to the events: all empty when it was right. */
export interface Verdict {
  /** Acknowledged or stored, and never read. */
  readonly lost: string[]
  /** Read more than once. */
  readonly twice: string[]
  /** Read, though it was rolled back or is not stored. */
  readonly invented: string[]
  /** Read after a later version of the same key. */
  readonly disordered: string[]
}

/** No complaint. */
export const faultless: Verdict = { lost: [], twice: [], invented: [], disordered: [] }

/**
 * Compares what was read with what the tables say. Which version an event tells is known from the history, which the
 * database writes in the same transaction: not from anything that sealing or a reader looks at.
 */
export async function judge(db: Database, ledger: Ledger, read: readonly string[]): Promise<Verdict> {
  const { rows } = await db.query<{ id: string; key: string; version: number }>(
    `select e.id, e.key, h.version from events e
     join item_history h on h.xid = e.xid and h.entity_id = e.key::uuid`,
  )
  const stored = new Map(rows.map((row) => [row.id, row]))
  const seen = new Set<string>()
  const latest = new Map<string, number>()
  const twice: string[] = []
  const disordered: string[] = []
  for (const id of read) {
    if (seen.has(id)) twice.push(id)
    seen.add(id)
    const row = stored.get(id)
    if (row === undefined) continue
    if (row.version <= (latest.get(row.key) ?? 0)) disordered.push(id)
    else latest.set(row.key, row.version)
  }
  return {
    lost: [...new Set([...ledger.acknowledged, ...stored.keys()])].filter((id) => !seen.has(id)),
    twice,
    invented: [...seen].filter((id) => ledger.undone.has(id) || !stored.has(id)),
    disordered,
  }
}
