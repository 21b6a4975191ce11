/** How much a service may owe us. */
export interface GateOptions {
  /** Requests under way at a time. */
  readonly inFlight: number
  /** So many failures in a row make the gate rest. Default 10. */
  readonly failures?: number
  /** How long it rests before one request may try again, in milliseconds. Default 400. */
  readonly rest?: number
  /** The clock, in milliseconds. */
  readonly now?: () => number
}

/** Stands before one service. */
export interface Gate {
  /** Whether a request may go on. Each `open` needs one {@link leave}. */
  enter(): 'open' | 'full' | 'resting'
  /** The request got an answer, of whatever status, or failed to. */
  leave(answered: boolean): void
  /** Whether the service is given a rest. */
  readonly resting: boolean
  /** Requests under way. */
  readonly inFlight: number
}

/**
 * A circuit breaker with a bound on concurrency (Nygard, "Release It!", 2007). It differs from the usual one in
 * the half-open state: a trial is let through in every period, whether the last one has come back or not, since
 * a trial that hangs would else keep a service shut that has long recovered.
 *
 * @param options - Its bounds.
 */
export function gateBefore(options: GateOptions): Gate {
  const { inFlight: most, failures: threshold = 10, rest = 400, now = Date.now } = options
  let inFlight = 0
  let failuresInARow = 0
  let nextTrial = 0

  return {
    enter() {
      if (failuresInARow >= threshold) {
        if (now() < nextTrial) return 'resting'
        nextTrial = now() + rest
      }
      if (inFlight >= most) return 'full'
      inFlight += 1
      return 'open'
    },
    leave(answered) {
      inFlight -= 1
      failuresInARow = answered ? 0 : failuresInARow + 1
      if (failuresInARow === threshold) nextTrial = now() + rest
    },
    get resting() {
      return failuresInARow >= threshold
    },
    get inFlight() {
      return inFlight
    },
  }
}
