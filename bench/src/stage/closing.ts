/** What must be closed when a measurement is over, or has failed: the last opened first. */
export class Closing implements AsyncDisposable {
  readonly #closers: (() => Promise<unknown>)[] = []

  defer(close: () => Promise<unknown>): void {
    this.#closers.push(close)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close()
  }
}
