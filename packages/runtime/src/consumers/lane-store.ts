import { FreeholdError } from '@freehold/manifest/errors'
import type { Database, Transaction } from '../database/index.js'
import type { Cursor } from '../events/index.js'
import { named, type Lane, type Subscriber } from './lane.js'
import * as statements from './lane-statements.js'

interface LaneRow {
  readonly lane: number
  readonly fence: number | string
  readonly position: number | string
  readonly segment: string | null
  readonly epoch: string | null
  readonly parked_changes: number | string
  readonly parked: string[]
  readonly retry: string[]
}

/** The lanes of one consumer as the database has them. All times are the database's. */
export class LaneStore {
  readonly #db: Database
  readonly #subscriber: Subscriber
  readonly #instance: string
  /**
   * How long lanes stay with a process that is not heard of, in milliseconds. The transaction of an effect may be idle
   * for no longer: a process that was stopped in it would hold the locks of rows that the next owner of the lane needs.
   */
  readonly leaseMs: number

  constructor(db: Database, subscriber: Subscriber, instance: string, leaseMs: number) {
    this.#db = db
    this.#subscriber = subscriber
    this.#instance = instance
    this.leaseMs = leaseMs
  }

  /** Makes the lanes where there are none. @throws FreeholdError `FREEHOLD_CONSUMER_LANES_CHANGED`. */
  async register(lanes: number): Promise<void> {
    const { consumer, service, source } = this.#subscriber
    const names = named(this.#subscriber)
    await this.#db.transaction(async (tx) => {
      await tx.query({ ...statements.register, values: [...names, lanes] })
      const { rows } = await tx.query<{ lanes: number }>({ ...statements.lanesOf, values: names })
      const stored = rows[0]?.lanes
      if (stored !== lanes) {
        throw new FreeholdError('FREEHOLD_CONSUMER_LANES_CHANGED', {
          message: `The consumer "${service}.${consumer}" of "${source}" has ${stored} lanes and was started with ${lanes}.`,
          details: { service, consumer, source, stored, wanted: lanes },
        })
      }
      await tx.query({ ...statements.makeLanes, values: [...names, lanes] })
    })
  }

  async held(): Promise<Lane[]> {
    const { rows } = await this.#db.query<LaneRow>({ ...statements.held, values: this.#mine() })
    return rows.map(laneOf)
  }

  async take(most: number): Promise<void> {
    await this.#db.query({ ...statements.take, values: [...this.#mine(), this.leaseMs, most] })
  }

  async release(lanes: readonly Lane[]): Promise<void> {
    const numbers = lanes.map(({ lane }) => lane)
    await this.#db.query({ ...statements.release, values: [...this.#mine(), numbers] })
  }

  /** Gives back what it holds, and is no longer counted. */
  async leave(lanes: readonly Lane[]): Promise<void> {
    const numbers = lanes.map(({ lane }) => lane)
    await this.#db.batch([
      { ...statements.release, values: [...this.#mine(), numbers] },
      { ...statements.leave, values: this.#mine() },
    ])
  }

  /**
   * Moves lanes that stand at one position, in the transaction of the effect.
   *
   * @throws FreeholdError `FREEHOLD_CONSUMER_FENCED` when one of them is not as it was.
   */
  async move(tx: Transaction, lanes: readonly Lane[], to: Cursor): Promise<void> {
    const before = lanes[0]?.cursor.position ?? 0
    const { rowCount } = await tx.query({
      ...statements.move,
      values: [
        ...named(this.#subscriber),
        this.leaseMs,
        before,
        to.position,
        to.segment,
        to.epoch,
        lanes.map(({ lane }) => lane),
        lanes.map(({ fence }) => fence),
        lanes.map(({ parkedChanges }) => parkedChanges),
      ],
    })
    if (rowCount !== lanes.length) throw this.#fenced(lanes, before)
  }

  #mine(): string[] {
    return [...named(this.#subscriber), this.#instance]
  }

  #fenced(lanes: readonly Lane[], position: number): FreeholdError {
    const { service, consumer, source } = this.#subscriber
    const numbers = lanes.map(({ lane }) => lane)
    return new FreeholdError('FREEHOLD_CONSUMER_FENCED', {
      message: `Lanes ${numbers.join(', ')} of "${service}.${consumer}" are not as they were at position ${position} of "${source}".`,
      details: { service, consumer, source, lanes: numbers, position },
    })
  }
}

function laneOf(row: LaneRow): Lane {
  return {
    lane: row.lane,
    fence: Number(row.fence),
    cursor: { position: Number(row.position), segment: row.segment, epoch: row.epoch },
    parkedChanges: Number(row.parked_changes),
    parked: new Set(row.parked),
    retry: new Set(row.retry),
  }
}
