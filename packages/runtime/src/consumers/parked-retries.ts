import type { Database, Transaction } from '../database/index.js'
import type { Delivered, Opened, Opener } from '../events/index.js'
import { prepared } from '../statements/prepared.js'
import type { Apply } from './effect.js'
import { failureKind, textOf, textOfPersonal } from './failures.js'
import { named, type Lane, type Subscriber } from './lane.js'
import type { LaneStore } from './lane-store.js'
import { unparked, type ParkedJson } from './parking.js'
import { recorded } from './recorded.js'

/** What retrying needs. */
export interface Retrying {
  readonly db: Database
  readonly store: LaneStore
  readonly subscriber: Subscriber
  readonly apply: Apply
  /** Absent where nothing is to be opened. */
  readonly open: Opener | undefined
  readonly onFailure: (error: unknown, event: Delivered, isParked: boolean) => void
}

interface Row {
  readonly id: number | string
  readonly event: ParkedJson
}

/** So many events of a key are tried before others have their turn. */
const mostAtATime = 50

const waiting = `service = $1 and consumer = $2 and source = $3 and lane = $4 and key = $5 and state in ('parked', 'retry')`

const firstOf = `select id, event from freehold.parked_event where ${waiting} order by position limit 1`

const peek = prepared(firstOf)

const first = prepared(`${firstOf} for update`)

const settle = prepared(
  `update freehold.parked_event set state = 'applied', settled_at = clock_timestamp() where id = $1`,
)

/** The rest of the key stays behind the one that failed. */
const failed = prepared(
  `update freehold.parked_event
   set state = 'parked',
     error = case when id = $6 then $7 else error end,
     attempts = attempts + case when id = $6 then 1 else 0 end
   where ${waiting}`,
)

/** Applies parked events that somebody wants to be tried again: by whoever holds the lane, and in order. */
export class ParkedRetries {
  readonly #with: Retrying

  constructor(retrying: Retrying) {
    this.#with = retrying
  }

  /**
   * Tries some events of one key.
   *
   * @returns Whether there was a key to be tried.
   */
  async some(lanes: readonly Lane[]): Promise<boolean> {
    const lane = lanes.find(({ retry }) => retry.size > 0)
    const [key] = lane?.retry ?? []
    if (lane === undefined || key === undefined) return false
    for (let i = 0; i < mostAtATime && lane.retry.has(key); i += 1) await this.#one(lane, key)
    return true
  }

  async #one(lane: Lane, key: string): Promise<void> {
    const { db, store, apply, onFailure } = this.#with
    const before = await this.#peeked(lane, key)
    const tried: { row?: Row } = {}
    try {
      const effect = async (tx: Transaction): Promise<void> => {
        const row = await this.#first(tx, lane, key)
        if (row === undefined) return
        // Somebody has given up the one that was opened: the cursor cannot be moved, and the lane is read anew.
        if (before !== undefined && before.id !== row.id) return store.move(tx, [lane], lane.cursor)
        tried.row = row
        await apply(tx, [before?.opened.event() ?? unparked(row.event)])
        await recorded(async () => {
          await tx.query({ ...settle, values: [row.id] })
          await store.move(tx, [lane], lane.cursor)
        })
      }
      await db.transaction(effect, { idleMs: store.leaseMs })
    } catch (error) {
      const kind = failureKind(error)
      if (tried.row === undefined || kind === 'fenced' || kind === 'unavailable') throw error
      const text = before?.opened.isPersonal === true ? textOfPersonal(error) : textOf(error)
      await this.#failed(lane, key, tried.row, text)
      onFailure(error, unparked(tried.row.event), true)
      return
    }
    if (tried.row !== undefined) return
    lane.retry.delete(key)
    lane.parked.delete(key)
  }

  /** What is to be tried next, opened before its transaction begins: whoever has the keys may take long to answer. */
  async #peeked(lane: Lane, key: string): Promise<{ id: Row['id']; opened: Opened } | undefined> {
    const { db, open, subscriber } = this.#with
    if (open === undefined) return undefined
    const values = [...named(subscriber), lane.lane, key]
    const [row] = (await db.query<Row>({ ...peek, values })).rows
    if (row === undefined) return undefined
    const [opened] = await open([unparked(row.event)])
    return opened && { id: row.id, opened }
  }

  async #first(tx: Transaction, lane: Lane, key: string): Promise<Row | undefined> {
    const values = [...named(this.#with.subscriber), lane.lane, key]
    return (await tx.query<Row>({ ...first, values })).rows[0]
  }

  async #failed(lane: Lane, key: string, { id }: Row, error: string): Promise<void> {
    const { db, store, subscriber } = this.#with
    await db.transaction(async (tx) => {
      await tx.query({ ...failed, values: [...named(subscriber), lane.lane, key, id, error] })
      await store.move(tx, [lane], lane.cursor)
    })
    lane.retry.delete(key)
  }
}
