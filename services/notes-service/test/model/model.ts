import type { NoteFormat } from '../../src/notes/format.js'

/** What an author writes of a note. */
export interface Content {
  readonly title: string
  readonly body: string
  readonly tags: readonly string[]
  readonly format: NoteFormat
}

/** A note at one of its versions: what it said, or that it was deleted. */
export interface State {
  readonly content: Content
  readonly deleted: boolean
  /** When it became so, as the service said. */
  readonly at: string
  /** Since when it is found as of an instant: the first version since the note's createdAt. */
  readonly since: string
}

/** A note: its versions from the first to the last. */
export class ModelNote {
  readonly id: string
  readonly author: 0 | 1
  readonly states: State[] = []

  constructor(id: string, author: 0 | 1) {
    this.id = id
    this.author = author
  }

  get version(): number {
    return this.states.length
  }

  get now(): State {
    return this.stateAt(this.version)
  }

  stateAt(version: number): State {
    const state = this.states[version - 1]
    if (state === undefined) throw new RangeError(`no version ${version}`)
    return state
  }

  /** The version that an instant saw; 0 before the note was made. */
  versionAsOf(instant: string): number {
    return this.states.findLastIndex(({ since }) => since <= instant) + 1
  }
}

/** All the notes of two people, in the order in which they were made. */
export class Model {
  readonly notes: ModelNote[] = []

  /** The notes that an author sees in the list. */
  listedFor(author: number): ModelNote[] {
    return this.notes.filter((note) => note.author === author && !note.now.deleted).reverse()
  }
}
