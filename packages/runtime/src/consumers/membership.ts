import type { Database } from '../database/index.js'
import { named, type Subscriber } from './lane.js'
import * as statements from './lane-statements.js'

/** What a beat has shown. */
export interface Census {
  /** How many lanes this process should hold. */
  readonly share: number
  /** How many lanes nobody holds. */
  readonly free: number
  /** Differs when lanes were lost, or when somebody meddled with what is parked. */
  readonly lanes: string
  /** How many events are parked, in all lanes. */
  readonly parked: number
}

interface CensusRow {
  readonly alive: number | string
  readonly before: number | string
  readonly free: number | string
  readonly parked: number | string
  readonly lanes: string
}

const mostBeatMs = 1_000

/** Says again and again that this process is alive, renews its leases, and looks who else is there. */
export class Membership {
  readonly #db: Database
  readonly #subscriber: Subscriber
  readonly #instance: string
  readonly #leaseMs: number
  readonly #lanes: number
  #timer: NodeJS.Timeout | undefined
  #beating: Promise<void> | undefined

  constructor(db: Database, subscriber: Subscriber, instance: string, leaseMs: number, lanes: number) {
    this.#db = db
    this.#subscriber = subscriber
    this.#instance = instance
    this.#leaseMs = leaseMs
    this.#lanes = lanes
  }

  /** Beats, also while a handler is at work. */
  start(onBeat: (census: Census) => void, onError: (error: unknown) => void): void {
    const tick = (): void => {
      // A beat that takes long is not overtaken.
      this.#beating ??= this.beat()
        .then(onBeat, onError)
        .finally(() => (this.#beating = undefined))
    }
    tick()
    this.#timer = setInterval(tick, Math.min(this.#leaseMs / 4, mostBeatMs))
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#beating
  }

  async beat(): Promise<Census> {
    const names = named(this.#subscriber)
    const mine = [...names, this.#instance]
    const leased = [...mine, this.#leaseMs]
    const results = await this.#db.batch([
      { ...statements.live, values: leased },
      { ...statements.bury, values: names },
      { ...statements.renew, values: leased },
      { ...statements.census, values: mine },
    ])
    const row = results.at(-1)?.rows[0] as CensusRow | undefined
    const alive = Math.max(1, Number(row?.alive ?? 1))
    const before = Number(row?.before ?? 0)
    const share = Math.floor(this.#lanes / alive) + (before < this.#lanes % alive ? 1 : 0)
    return { share, free: Number(row?.free ?? 0), lanes: row?.lanes ?? '', parked: Number(row?.parked ?? 0) }
  }
}

/** The lanes that are held, as {@link Census} has them. */
export function mark(lanes: readonly { lane: number; fence: number; parkedChanges: number }[]): string {
  return lanes.map(({ lane, fence, parkedChanges }) => `${lane}:${fence}:${parkedChanges}`).join(' ')
}
