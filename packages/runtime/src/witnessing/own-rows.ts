import { checkpointSigned, type LogKind } from '@freehold/manifest'
import type { Queryable } from '../database/index.js'
import { identifier } from '../statements/identifier.js'
import { prepared } from '../statements/prepared.js'

/** Looks for rows of a log that do not merely follow from telling checkpoints. */
export interface OwnRows {
  /** Whether segments with numbers beyond `from`, up to `to`, have one. */
  areBetween(db: Queryable, from: number, to: number): Promise<boolean>
}

/**
 * Telling a checkpoint is an event, and so a row of the log of events; hearing it is a row in a log of the hearer. Were
 * these told in turn, no service would ever come to rest: neither by itself, nor two that hear each other. So a log of
 * events has news when something else was told in it; a log of witnesses, when the checkpoint of another kind of log was
 * kept. What follows from telling is told with the next news.
 */
export function ownRows(service: string, log: string, kind: LogKind): OwnRows {
  const condition = conditionOf(service, kind)
  if (condition === undefined) return { areBetween: async (_db, from, to) => to > from }
  const search = prepared(`
    select exists (
      select
      from freehold.segment s
      cross join lateral unnest(s.seqs) as r (seqs)
      cross join lateral (
        select
        from ${identifier(log)} l
        where l.seq >= lower(r.seqs) and l.seq < upper(r.seqs) and ${condition.sql}
        limit 1
      ) own
      where s.service = $1 and s.log = $2 and s.number > $3 and s.number <= $4
    ) as are_there`)
  // Up to which segment there are none, so that a long quiet stretch is read once.
  let noneTo = 0
  return {
    async areBetween(db, from, to) {
      const { rows } = await db.query<{ are_there: boolean }>({
        ...search,
        values: [service, log, noneTo <= to ? Math.max(from, noneTo) : from, to, condition.value],
      })
      const areThere = rows[0]?.are_there ?? false
      noneTo = areThere ? 0 : to
      return areThere
    },
  }
}

function conditionOf(service: string, kind: LogKind): { sql: string; value: string } | undefined {
  if (kind === 'events') return { sql: 'l.type <> $5', value: checkpointSigned(service).type }
  if (kind === 'witness') return { sql: 'l.kind <> $5', value: 'witness' satisfies LogKind }
  return undefined
}
