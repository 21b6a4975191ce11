/** Waits until something has happened so many times. */
export class Countdown {
  readonly done: Promise<void>
  #left: number
  #resolve: () => void = () => undefined

  constructor(count: number) {
    this.#left = count
    this.done = new Promise((resolve) => {
      this.#resolve = resolve
    })
    if (count <= 0) this.#resolve()
  }

  tick(): void {
    this.#left -= 1
    if (this.#left === 0) this.#resolve()
  }
}
