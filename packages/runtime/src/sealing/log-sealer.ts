import type { Queryable } from '../database/index.js'
import { Alarm } from './alarm.js'
import { Rhythm, type Pace, type Rest } from './pace.js'
import { seal } from './seal.js'

/** What a sealer has seen of one log since it began. */
export interface SealState {
  /** The last position that is known to be sealed. */
  readonly position: number
  /** How many rows this process has sealed. */
  readonly rows: number
  /** How many seals it made that took rows. */
  readonly seals: number
  /** How long the oldest row of the last seal had waited since it was written, in milliseconds. */
  readonly lagMs: number
  /** The greatest such time. */
  readonly greatestLagMs: number
}

/** Seals one log: at once when it is nudged, and by looking now and then, because others write too. */
export class LogSealer {
  readonly #db: Queryable
  readonly #log: string
  readonly #rhythm: Rhythm
  readonly #onError: (error: unknown) => void
  readonly #alarm = new Alarm()
  readonly #halt = new Alarm()
  readonly #waiting = new Set<() => void>()
  readonly #done: Promise<void>
  #state: SealState = { position: 0, rows: 0, seals: 0, lagMs: 0, greatestLagMs: 0 }
  #hasStopped = false

  constructor(db: Queryable, log: string, pace: Pace, onError: (error: unknown) => void) {
    this.#db = db
    this.#log = log
    this.#rhythm = new Rhythm(pace)
    this.#onError = onError
    this.#done = this.#run()
  }

  get state(): SealState {
    return this.#state
  }

  nudge(): void {
    this.#alarm.ring()
  }

  /** Resolves when more than `position` is sealed, when the time is up, or when the sealer or the waiter stops. */
  async sealedBeyond(position: number, waitMs: number, signal?: AbortSignal): Promise<number> {
    if (this.#state.position > position || waitMs <= 0 || this.#hasStopped) return this.#state.position
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', end)
        this.#waiting.delete(look)
        resolve()
      }
      const look = (): void => {
        if (this.#state.position > position || this.#hasStopped) end()
      }
      const timer = setTimeout(end, waitMs)
      signal?.addEventListener('abort', end)
      this.#waiting.add(look)
      if (signal?.aborted) end()
    })
    return this.#state.position
  }

  stop(): Promise<void> {
    this.#hasStopped = true
    this.#alarm.ring()
    this.#halt.ring()
    this.#tellWaiting()
    return this.#done
  }

  async #run(): Promise<void> {
    let isNudged = false
    while (!this.#hasStopped) {
      const lookedAt = performance.now()
      const { pauseMs, gapMs } = await this.#look(isNudged)
      isNudged = await this.#alarm.sleep(pauseMs)
      await this.#halt.sleep(gapMs - (performance.now() - lookedAt))
    }
  }

  async #look(isNudged: boolean): Promise<Rest> {
    try {
      const { isBusy, rows, position = this.#state.position, lagMs = 0 } = await seal(this.#db, this.#log)
      if (isBusy) return this.#rhythm.afterBusy(Math.random())
      const { state } = this
      this.#state =
        rows === 0
          ? { ...state, position }
          : {
              position,
              rows: state.rows + rows,
              seals: state.seals + 1,
              lagMs,
              greatestLagMs: Math.max(state.greatestLagMs, lagMs),
            }
      this.#tellWaiting()
      return this.#rhythm.afterLook(rows, isNudged)
    } catch (error) {
      if (!this.#hasStopped) this.#onError(error)
      return this.#rhythm.afterFailure()
    }
  }

  #tellWaiting(): void {
    for (const look of [...this.#waiting]) look()
  }
}
