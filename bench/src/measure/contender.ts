/** One of the things that are compared. */
export interface Contender {
  readonly name: string
  /** Does one operation as worker number `worker`, from 0. Absent where a whole slice is run by `slice`. */
  readonly operation?: (worker: number) => Promise<void>
  /** Runs a slice by itself, for programs that bring their own load; operations per second. */
  readonly slice?: (concurrency: number, seconds: number) => Promise<number>
}
