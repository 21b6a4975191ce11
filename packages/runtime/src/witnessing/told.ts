import type { Queryable } from '../database/index.js'
import { identifier } from '../statements/identifier.js'
import { prepared, type Prepared } from '../statements/prepared.js'

interface ToldRow {
  readonly log: string
  readonly size: number | string
}

/** How far back it is looked for after a start. A checkpoint that was told before that is told again, which harms nobody. */
const lookBack = 10_000

/** What was told of logs, by whatever process: the log of events says so. */
export class Told {
  readonly #last: Prepared
  readonly #between: Prepared
  readonly #type: string
  readonly #sizes = new Map<string, number>()
  #seenTo: number | undefined

  /** @param type - That of the events that tell checkpoints. */
  constructor(eventsLog: string, type: string) {
    const log = identifier(eventsLog)
    this.#type = type
    this.#last = prepared(`select coalesce(max(e.seq), 0) as seq from ${log} e`)
    this.#between = prepared(`
      select e.key as log, (e.data ->> 'size')::bigint as size
      from ${log} e
      where e.type = $1 and e.seq > $2 and e.seq <= $3
      order by e.seq`)
  }

  async bringUpToDate(db: Queryable): Promise<void> {
    const { rows: last } = await db.query<{ seq: number | string }>({ ...this.#last, values: [] })
    const seenTo = Number(last[0]?.seq ?? 0)
    const from = this.#seenTo ?? seenTo - lookBack
    const { rows } = await db.query<ToldRow>({ ...this.#between, values: [this.#type, from, seenTo] })
    for (const { log, size } of rows) this.#sizes.set(log, Number(size))
    this.#seenTo = seenTo
  }

  /** How many segments the checkpoint was of that was told last. */
  sizeOf(log: string): number | undefined {
    return this.#sizes.get(log)
  }
}
