import type { Database } from '../../src/database/index.js'
import { sealedEvents } from '../../src/events/sealed-events.js'

/** Follows a log from where it stands, as a consumer would. */
export interface Reader {
  /** The ids of the events after what it has read; none when it sees nothing new. */
  next(): Promise<string[]>
}

const page = 200

/** Ours: what is sealed, by position. It insists that positions are dense. */
export function sealedReader(db: Database): Reader {
  const events = sealedEvents('workshop', 'events')
  let after = 0
  return {
    async next() {
      const rows = await events.read(db, { after, limit: page })
      for (const { position } of rows) {
        if (position !== after + 1) throw new RangeError(`position ${position} comes after ${after}`)
        after = position
      }
      return rows.map(({ id }) => id)
    },
  }
}

/** The first usual way: remember the greatest number that was seen. */
export function greatestSeqReader(db: Database): Reader {
  let last = 0
  return {
    async next() {
      const { rows } = await db.query<{ id: string; seq: number }>(
        'select id, seq from events where seq > $1 order by seq limit $2',
        [last, page],
      )
      last = rows.at(-1)?.seq ?? last
      return rows.map(({ id }) => id)
    },
  }
}

/** The second usual way: read only what is older than every open transaction of the server. */
export function horizonReader(db: Database): Reader {
  let last = { xid: '0', seq: 0 }
  return {
    async next() {
      const { rows } = await db.query<{ id: string; seq: number; xid: string }>(
        `select e.id, e.seq, e.xid::text as xid from events e
         where e.xid < pg_snapshot_xmin(pg_current_snapshot()) and (e.xid, e.seq) > ($1::xid8, $2::bigint)
         order by e.xid, e.seq limit $3`,
        [last.xid, last.seq, page],
      )
      last = rows.at(-1) ?? last
      return rows.map(({ id }) => id)
    },
  }
}
