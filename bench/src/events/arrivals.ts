import type { Client } from 'pg'
import { NoteRevised } from '../stage/ownership.js'
import { noteId } from '../writes/rows.js'

/** An event as its effect is written. */
export interface Arrival {
  readonly id: string
  readonly type: string
  readonly key: string
  readonly data: unknown
}

/** The table of effects as those see it who are not the reader's service. */
export const arrivals = 'reader.arrivals'

/** Writes the effects of many events at once. */
export function insertArrivals(table: string, events: readonly Arrival[]): NamedQuery {
  return {
    name: 'insert_arrivals',
    text: `insert into ${table} (id, type, key, data)
      select e.id, e.type, e.key, e.data
      from jsonb_to_recordset($1::text::jsonb) as e (id uuid, type text, key text, data jsonb)`,
    values: [JSON.stringify(events.map(({ id, type, key, data }) => ({ id, type, key, data })))],
  }
}

/** Writes the effect of one event. */
export function insertArrival(table: string, { id, type, key, data }: Arrival): NamedQuery {
  return {
    name: 'insert_arrival',
    text: `insert into ${table} (id, type, key, data) values ($1, $2, $3, $4::text::jsonb)`,
    values: [id, type, key, JSON.stringify(data)],
  }
}

/** Many events about a few notes, made by the server: a subquery with the columns id, type, key and data. */
export function madeEvents(count: number): string {
  const key = `'${noteId(0).slice(0, -12)}' || lpad(to_hex(g % 64), 12, '0')`
  return `select gen_random_uuid() as id, '${NoteRevised.type}'::text as type, ${key} as key,
    jsonb_build_object('noteId', ${key}, 'version', g, 'title', 'A note') as data
    from generate_series(1, ${count}) g`
}

/**
 * Takes the effects away and says how many there were, and of how many different events.
 *
 * @param client - The reader's database, as superuser.
 */
export async function takeArrivals(client: Client): Promise<{ total: number; different: number }> {
  const { rows } = await client.query<{ total: number; different: number }>(
    `select count(*)::integer as total, count(distinct id)::integer as different from ${arrivals}`,
  )
  await client.query(`truncate ${arrivals}`)
  return rows[0] ?? { total: 0, different: 0 }
}

interface NamedQuery {
  readonly name: string
  readonly text: string
  readonly values: unknown[]
}
