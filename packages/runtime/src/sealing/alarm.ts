/** A sleep that can be cut short. What rings while nobody sleeps ends the next sleep at once. */
export class Alarm {
  #hasRung = false
  #wake: (() => void) | undefined

  /** Ends the sleep that is going on, or else the next. */
  ring(): void {
    this.#hasRung = true
    this.#wake?.()
  }

  /**
   * Sleeps until the time is up, in milliseconds, or it rings.
   *
   * @returns Whether it has rung.
   */
  async sleep(ms: number): Promise<boolean> {
    if (!this.#hasRung && ms > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#wake = undefined
    }
    const hasRung = this.#hasRung
    this.#hasRung = false
    return hasRung
  }
}
