import type { Build } from './build.js'

interface Sight {
  readonly at: number
  readonly position: number
}

/** So long back a pace is measured, in milliseconds. */
const windowMs = 10_000

/** How fast a rebuild goes, from what was seen of its positions. */
export class Pace {
  #build: number | undefined
  readonly #sights = new Map<string, Sight[]>()

  seen(build: Build | undefined): void {
    if (build?.build !== this.#build) this.#sights.clear()
    this.#build = build?.build
    const at = performance.now()
    for (const [source, position] of Object.entries(build?.positions ?? {})) {
      const sights = this.#sights.get(source) ?? []
      sights.push({ at, position })
      this.#sights.set(
        source,
        sights.filter((sight) => at - sight.at <= windowMs),
      )
    }
  }

  /** @returns Events per second, since the oldest sight that counts; 0 when there is but one. */
  of(source: string): number {
    const sights = this.#sights.get(source) ?? []
    const [first] = sights
    const last = sights.at(-1)
    if (first === undefined || last === undefined || last.at === first.at) return 0
    return ((last.position - first.position) * 1_000) / (last.at - first.at)
  }
}
