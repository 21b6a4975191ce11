import type { Cursor, Delivered, Delivery } from '../events/index.js'
import type { Application } from './application.js'
import type { Lane } from './lane.js'
import { laneOf } from './lane-of.js'
import type { Progress } from './progress.js'
import type { Read, Readers } from './reader.js'

/** One turn in so many, lanes that are ahead go before those that lag, so that neither stops the other. */
const turnsOfLaggards = 4

/** Lanes that stand at one position, and so go together. */
interface Group {
  readonly cursor: Cursor
  readonly lanes: Lane[]
}

/** Applies what was read, one delivery in a turn. */
export class Turns {
  readonly #lanes: number
  readonly #readers: Readers
  readonly #application: Application
  readonly #progress: Progress
  #turns = 0

  /** @param lanes - How many lanes the consumer has, whoever holds them. */
  constructor(lanes: number, readers: Readers, application: Application, progress: Progress) {
    this.#lanes = lanes
    this.#readers = readers
    this.#application = application
    this.#progress = progress
  }

  /**
   * Applies a delivery, if one is there.
   *
   * @param held - The lanes that this process holds.
   * @returns How long until one of them need no longer wait, in milliseconds; nothing when there was a delivery.
   */
  async next(held: readonly Lane[]): Promise<number | undefined> {
    const now = performance.now()
    const waits = held.map((lane) => this.#application.notBefore(lane) - now)
    for (const group of this.#groups(held.filter((_, i) => (waits[i] ?? 0) <= 0))) {
      const read = this.#readers.poll(group.cursor)
      if (read === undefined) continue
      await this.#use(group, read, held)
      return undefined
    }
    return Math.min(...waits.filter((wait) => wait > 0))
  }

  /** Those that lag go first, mostly. */
  #groups(lanes: readonly Lane[]): Group[] {
    const byPosition = new Map<number, Group>()
    for (const lane of lanes) {
      const { cursor } = lane
      const group = byPosition.get(cursor.position)
      if (group === undefined) byPosition.set(cursor.position, { cursor, lanes: [lane] })
      else group.lanes.push(lane)
    }
    this.#readers.keep(byPosition)
    const groups = [...byPosition.values()].toSorted((a, b) => a.cursor.position - b.cursor.position)
    this.#turns += 1
    return this.#turns % turnsOfLaggards === 0 ? groups.toReversed() : groups
  }

  async #use(group: Group, read: Read, held: readonly Lane[]): Promise<void> {
    const { cursor: from, lanes } = group
    if ('error' in read) throw read.error
    const { delivery } = read
    if (delivery === undefined) return
    this.#progress.read(delivery.head)
    if (delivery.cursor.position > from.position) {
      const to = joined(from, delivery.cursor, held)
      const areAllMoved = await this.#apply(lanes, delivery, from, to)
      if (!areAllMoved || to.position < delivery.cursor.position) return
    }
    this.#readers.moved(Math.max(from.position, delivery.cursor.position))
    await delivery.done()
  }

  async #apply(lanes: readonly Lane[], delivery: Delivery, from: Cursor, to: Cursor): Promise<boolean> {
    const byNumber = new Map(lanes.map((lane) => [lane.lane, lane]))
    const isNew = ({ position }: Delivered): boolean => position > from.position && position <= to.position
    const events = delivery.events.filter(isNew).flatMap((event) => {
      const lane = byNumber.get(laneOf(event.subject, this.#lanes))
      return lane === undefined ? [] : [{ event, lane }]
    })
    const areAllMoved = await this.#application.apply(lanes, events, to)
    if (areAllMoved) this.#progress.applied(delivery.events, to)
    return areAllMoved
  }
}

/** Where a delivery ends, or sooner where other lanes stand: there these join them. */
function joined(from: Cursor, end: Cursor, held: readonly Lane[]): Cursor {
  return held
    .map(({ cursor }) => cursor)
    .filter(({ position }) => position > from.position)
    .reduce((least, cursor) => (cursor.position < least.position ? cursor : least), end)
}
