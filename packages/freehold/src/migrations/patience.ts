/**
 * How long a run may still wait for what is in its way: a connection, another run, a lock. What it waited counts for all of them
 * together, until something is done.
 */
export interface Patience {
  /** In milliseconds. */
  readonly totalMs: number
  waitedMs(): number
  /** Negative when there is none left. */
  leftMs(): number
  /** Something was done: what comes next is waited for anew. */
  renew(): void
}

/** The patience of a run that begins now. */
export function patienceOf(totalMs: number): Patience {
  let since = performance.now()
  const waitedMs = () => performance.now() - since
  return {
    totalMs,
    waitedMs,
    leftMs: () => totalMs - waitedMs(),
    renew() {
      since = performance.now()
    },
  }
}
