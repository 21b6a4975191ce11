import type { Stored } from './stream-writer.js'

/** Runs of messages that are on their way, in the order in which they were sent. */
export class Runs {
  readonly #runs: Promise<Stored>[] = []

  /** @param run - Must not reject. */
  add(run: Promise<Stored>): void {
    this.#runs.push(run)
  }

  /**
   * Waits until no more than so many are without an answer. What made one fail is thrown.
   *
   * @returns Whether all that were answered are stored; otherwise another publisher was faster.
   */
  async settle(most: number): Promise<boolean> {
    while (this.#runs.length > most) {
      const stored = await this.#runs[0]
      void this.#runs.shift()
      if (stored?.kind === 'failed') throw stored.error
      if (stored?.kind === 'overtaken') return false
    }
    return true
  }

  /** Waits until every one of them is answered, however. */
  async answered(): Promise<void> {
    await Promise.all(this.#runs)
  }
}
