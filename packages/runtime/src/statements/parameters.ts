/** The values of a statement, and the `$n` that stands for each. */
export class Parameters {
  readonly values: unknown[] = []

  /** Adds a value and returns what stands for it. */
  add(value: unknown): string {
    return `$${this.values.push(value)}`
  }
}
