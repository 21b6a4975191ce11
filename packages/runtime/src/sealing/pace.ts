/** How often a log is looked at, all in milliseconds. */
export interface Pace {
  /**
   * The least time between two seals, so that one of them takes what many transactions wrote; 4 when absent, and four times
   * as much while a seal takes many rows.
   */
  readonly gapMs?: number | undefined
  /** How soon it is looked at again after something was found without a nudge; 10 when absent. */
  readonly soonestMs?: number | undefined
  /** How seldom it is looked at when nothing happens; 250 when absent. */
  readonly seldomMs?: number | undefined
}

/** How long to leave a log alone after a look, in milliseconds. */
export interface Rest {
  /** Until the next look, if nobody nudges. */
  readonly pauseMs: number
  /** Even if somebody does, measured from the beginning of the look. */
  readonly gapMs: number
}

const growth = 1.5
const firstRetryMs = 100
const longestRetryMs = 1_000
const busyMs = 2
const mostBusyTries = 5
/** Where a seal takes so many rows, writers keep the server busy: a rest so many times as long takes more of them at once. */
const manyRows = 16
const restOfMany = 4

/** Decides when to look next, from what the last look has found. */
export class Rhythm {
  readonly #gapMs: number
  readonly #soonestMs: number
  readonly #seldomMs: number
  #pollMs: number
  #retryMs = firstRetryMs
  #busyTries = 0

  constructor({ gapMs = 4, soonestMs = 10, seldomMs = 250 }: Pace) {
    this.#gapMs = gapMs
    this.#soonestMs = soonestMs
    this.#seldomMs = seldomMs
    this.#pollMs = soonestMs
  }

  /** After rows were found, or none. Only what nobody told of shows that others write, and need us to look often. */
  afterLook(rows: number, isNudged: boolean): Rest {
    this.#retryMs = firstRetryMs
    this.#busyTries = 0
    if (isNudged) return this.#rest(this.#pollMs, rows)
    this.#pollMs = rows > 0 ? this.#soonestMs : Math.min(this.#pollMs * growth, this.#seldomMs)
    // A look that nobody asked for and that found nothing is in nobody's way.
    return rows > 0 ? this.#rest(this.#pollMs, rows) : { pauseMs: this.#pollMs, gapMs: 0 }
  }

  /** After another process was at it: it may have looked before our commit, so we look again, a few times at once. */
  afterBusy(random: number): Rest {
    this.#busyTries += 1
    if (this.#busyTries > mostBusyTries) return this.afterLook(0, false)
    return this.#rest(busyMs * (1 + random))
  }

  afterFailure(): Rest {
    const now = this.#retryMs
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs)
    return this.#rest(now)
  }

  #rest(pauseMs: number, rows = 0): Rest {
    return { pauseMs, gapMs: rows < manyRows ? this.#gapMs : this.#gapMs * restOfMany }
  }
}
