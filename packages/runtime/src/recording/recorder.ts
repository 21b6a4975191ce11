import type { NamedStatement } from '../database/index.js'
import { callSite, type CallSite } from './call-site.js'
import { kindOf } from './parameter-kinds.js'

/** What is known of one text. */
export interface Use {
  readonly text: string
  readonly site: CallSite | undefined
  /** The kinds of each parameter so far, as bits. */
  readonly kinds: number[]
  isNamed: boolean
  calls: number
  /** How often it had been sent when something new was learned of it: a kind, or the text itself. */
  changes: number
}

/** How much a process remembers. Texts that a program makes up anew each time would fill any memory. */
export interface Room {
  readonly texts: number
  readonly characters: number
}

/** More than connections may be waited for, so that none is forgotten before its time. */
const mostExpected = 1_000

const usualRoom: Room = { texts: 2_000, characters: 4_000_000 }

/** Remembers the distinct statements that are sent, and never a value of theirs. */
export class Recorder {
  readonly #uses = new Map<string, Use>()
  /** Where texts come from that will be sent when there is a connection. */
  readonly #expected = new Map<string, CallSite | undefined>()
  readonly #room: Room
  #characters = 0
  #unrecorded = 0
  #changes = 0

  constructor(room: Room = usualRoom) {
    this.#room = room
  }

  get uses(): Iterable<Use> {
    return this.#uses.values()
  }

  /** How many statements were sent that there was no room for. */
  get unrecorded(): number {
    return this.#unrecorded
  }

  /** Grows whenever something new is learned. */
  get changes(): number {
    return this.#changes
  }

  /**
   * A statement is about to be sent by whoever is on the stack now; when it is sent, nobody will be. One that is not sent after
   * all is forgotten with the oldest.
   */
  expect({ text }: NamedStatement): void {
    if (this.#uses.has(text) || this.#expected.has(text) || !this.#hasRoomFor(text)) return
    const [oldest] = this.#expected.keys()
    if (oldest !== undefined && this.#expected.size >= mostExpected) this.#expected.delete(oldest)
    this.#expected.set(text, callSite())
  }

  /** In the way of every statement: for one that is known it is a look into a map. */
  note({ text, values, name }: NamedStatement): void {
    const use = this.#uses.get(text) ?? this.#begin(text)
    if (use === undefined) return
    use.calls += 1
    if (name !== undefined && !use.isNamed) {
      use.isNamed = true
      this.#change(use)
    }
    if (values !== undefined) this.#noteKinds(use, values)
  }

  #noteKinds(use: Use, values: readonly unknown[]): void {
    const { kinds } = use
    for (let i = 0; i < values.length; i += 1) {
      const before = kinds[i] ?? 0
      const now = before | kindOf(values[i])
      if (now === before) continue
      kinds[i] = now
      this.#change(use)
    }
  }

  #begin(text: string): Use | undefined {
    if (!this.#hasRoomFor(text)) {
      this.#unrecorded += 1
      return undefined
    }
    const site = this.#expected.get(text) ?? callSite()
    this.#expected.delete(text)
    const use = { text, site, kinds: [], isNamed: false, calls: 0, changes: 0 }
    this.#uses.set(text, use)
    this.#characters += text.length
    this.#change(use)
    return use
  }

  #hasRoomFor(text: string): boolean {
    const { texts, characters } = this.#room
    return this.#uses.size < texts && this.#characters + text.length <= characters
  }

  #change(use: Use): void {
    this.#changes += 1
    use.changes += 1
  }
}
