/** How often a log is looked at, all in milliseconds. */
export interface Pace {
  /** The least time between two seals, so that one of them takes what many transactions wrote; 4 when absent. */
  readonly gapMs?: number | undefined
  /** How soon it is looked at again after something was found without a nudge; 10 when absent. */
  readonly soonestMs?: number | undefined
  /** How seldom it is looked at when nothing happens; 250 when absent. */
  readonly seldomMs?: number | undefined
}

const growth = 1.5
const firstRetryMs = 100
const longestRetryMs = 1_000
const busyMs = 2
const mostBusyTries = 5

/** Decides when to look next, from what the last look has found. */
export class Rhythm {
  readonly gapMs: number
  readonly #soonestMs: number
  readonly #seldomMs: number
  #pollMs: number
  #retryMs = firstRetryMs
  #busyTries = 0

  constructor({ gapMs = 4, soonestMs = 10, seldomMs = 250 }: Pace) {
    this.gapMs = gapMs
    this.#soonestMs = soonestMs
    this.#seldomMs = seldomMs
    this.#pollMs = soonestMs
  }

  /** After rows were found, or none. */
  afterLook(rows: number): number {
    this.#retryMs = firstRetryMs
    this.#busyTries = 0
    this.#pollMs = rows > 0 ? this.#soonestMs : Math.min(this.#pollMs * growth, this.#seldomMs)
    return this.#pollMs
  }

  /** After another process was at it: it may have looked before our commit, so we look again, a few times at once. */
  afterBusy(random: number): number {
    this.#busyTries += 1
    if (this.#busyTries > mostBusyTries) return this.afterLook(0)
    return busyMs * (1 + random)
  }

  afterFailure(): number {
    const now = this.#retryMs
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs)
    return now
  }
}
