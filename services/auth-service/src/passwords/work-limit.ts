/** Runs work, so much of it at a time. */
export interface WorkLimit {
  /** @throws What `refusal` makes, when too much is waiting already. */
  run<T>(work: () => Promise<T>): Promise<T>
}

/**
 * Bounds how much work is done at a time and how much waits for its turn; the rest is refused at once.
 * First come, first served.
 *
 * @param concurrency - How much may run at a time.
 * @param waiting - How much may wait.
 * @param refusal - Makes the error for what is refused.
 */
export function workLimit(concurrency: number, waiting: number, refusal: () => Error): WorkLimit {
  const queue: (() => void)[] = []
  let running = 0

  async function turn(): Promise<void> {
    if (running < concurrency) {
      running += 1
      return
    }
    if (queue.length >= waiting) throw refusal()
    // Whoever leaves hands its place on, so `running` does not change.
    await new Promise<void>((proceed) => queue.push(proceed))
  }

  function leave(): void {
    const next = queue.shift()
    if (next === undefined) running -= 1
    else next()
  }

  return {
    async run(work) {
      await turn()
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}
