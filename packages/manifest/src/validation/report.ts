import type { ManifestProblem } from './problem.js'

/** What is found while walking over a value of unknown shape. */
export class ShapeReport {
  readonly problems: ManifestProblem[] = []
  /** Whether the value can be read all the same, so that its meaning can be judged too. */
  readable = true

  /** Something is missing or of a wrong type: nothing certain can be said about its meaning. */
  wrong(path: string, message: string, fix: string): void {
    this.readable = false
    this.problems.push({ path, message, fix })
  }

  /** Something is there that should not be; the rest can still be judged. */
  surplus(path: string, message: string, fix: string): void {
    this.problems.push({ path, message, fix })
  }
}
