import type { Lane } from './lane.js'
import type { LaneStore } from './lane-store.js'
import { mark, type Census } from './membership.js'

/** The lanes that this process holds: as many as are its share. */
export class Holding {
  readonly #store: LaneStore
  #lanes: Lane[] = []
  #isStale = true
  #census: Census | undefined

  constructor(store: LaneStore) {
    this.#store = store
  }

  get lanes(): readonly Lane[] {
    return this.#lanes
  }

  /** What is known of the lanes may be wrong. */
  doubt(): void {
    this.#isStale = true
  }

  /** Who else is there, to be looked at between two transactions. */
  counted(census: Census): void {
    this.#census = census
  }

  /** Gives up what is too much, takes what is free and too little, and reads anew what may have changed. */
  async settle(): Promise<void> {
    const census = this.#census
    this.#census = undefined
    if (census !== undefined) await this.#share(census)
    if (!this.#isStale) return
    this.#lanes = await this.#store.held()
    this.#isStale = false
  }

  /** Gives all of them to others. */
  async leave(): Promise<void> {
    await this.#store.leave(this.#lanes)
    this.#lanes = []
  }

  async #share({ share, free, lanes }: Census): Promise<void> {
    if (lanes !== mark(this.#lanes)) this.#isStale = true
    const surplus = this.#lanes.length - share
    if (surplus > 0) {
      await this.#store.release(this.#lanes.slice(-surplus))
      this.#isStale = true
    } else if (surplus < 0 && free > 0) {
      await this.#store.take(-surplus)
      this.#isStale = true
    }
  }
}
