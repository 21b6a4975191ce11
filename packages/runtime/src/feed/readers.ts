import { createHash } from 'node:crypto'
import type { Queryable } from '../database/index.js'
import { prepared } from '../statements/prepared.js'

/** What one consumer may read. */
export interface Visible {
  readonly types: readonly string[]
  /** Stands for exactly these types. */
  readonly digest: string
  /** The purposes of what is personal in them. */
  readonly purposes: ReadonlySet<string>
}

/** Who may read what: the manifest as it was applied to the database. */
export interface Readers {
  /** Nothing for a service that consumes none of the events. */
  of(consumer: string): Promise<Visible | undefined>
}

const goodForMs = 5_000
const goodForRefusalMs = 250

/**
 * @param service - The publishing service.
 * @param db - Its database. It is asked every five seconds at most, and sooner for who was not let in.
 */
export function readersOf(service: string, db: Queryable): Readers {
  let known: { at: number; byConsumer: Promise<ReadonlyMap<string, Visible>> } | undefined

  function notOlderThan(ms: number): Promise<ReadonlyMap<string, Visible>> {
    if (known === undefined || performance.now() - known.at > ms) {
      const asked = { at: performance.now(), byConsumer: readAll(service, db) }
      known = asked
      asked.byConsumer.catch(() => {
        if (known === asked) known = undefined
      })
    }
    return known.byConsumer
  }

  return {
    async of(consumer) {
      const found = (await notOlderThan(goodForMs)).get(consumer)
      return found ?? (await notOlderThan(goodForRefusalMs)).get(consumer)
    },
  }
}

const statement = prepared(
  `select
     s.consumer,
     array_agg(s.type order by s.type) as types,
     coalesce(array_agg(distinct p.purpose) filter (where p.purpose is not null), '{}') as purposes
   from freehold.subscription s
   left join freehold.personal_event p on p.service = s.service and p.type = s.type
   where s.service = $1
   group by s.consumer`,
)

interface Row {
  readonly consumer: string
  readonly types: string[]
  readonly purposes: string[]
}

async function readAll(service: string, db: Queryable): Promise<ReadonlyMap<string, Visible>> {
  const { rows } = await db.query<Row>({ ...statement, values: [service] })
  return new Map(
    rows.map(({ consumer, types, purposes }) => [
      consumer,
      { types, digest: digestOf(types), purposes: new Set(purposes) },
    ]),
  )
}

function digestOf(types: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(types.toSorted())).digest('base64url').slice(0, 16)
}
