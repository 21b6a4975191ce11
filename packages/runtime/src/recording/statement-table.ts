import { createHash } from 'node:crypto'
import type { Queryable } from '../database/index.js'
import { recorded } from './recorded.js'
import type { Recorder, Use } from './recorder.js'
import type { SourcePlaces } from './source-places.js'

/** How much of a use the database knows: how often it was sent, and how much was learned of it. */
type Told = Pick<Use, 'calls' | 'changes'>

interface Entry {
  readonly use: Use
  readonly told: Told
  readonly digest: string
  readonly json: string
}

// A statement of the service's own waits behind one of these for some milliseconds at most.
const mostEntries = 500
const mostCharacters = 500_000

/** Tells `freehold.statement_uses` of a service's database what its processes send. */
export class StatementTable {
  readonly #db: Queryable
  readonly #recorder: Recorder
  readonly #version: string
  readonly #places: SourcePlaces
  readonly #told = new Map<Use, Told>()
  #unrecorded = 0

  constructor(db: Queryable, recorder: Recorder, version: string, places: SourcePlaces) {
    this.#db = db
    this.#recorder = recorder
    this.#version = version
    this.#places = places
  }

  /** Whether there is a text or a kind of parameter that the database does not know. */
  get hasNews(): boolean {
    for (const use of this.#recorder.uses) if (this.#told.get(use)?.changes !== use.changes) return true
    return false
  }

  /** Tells what is new, and how often everything was sent. The version is seen then, also when there is nothing. */
  async tell(): Promise<void> {
    const entries = [...this.#recorder.uses].flatMap((use) => this.#entryOf(use))
    for (const batch of batches(entries)) await this.#send(batch)
  }

  #entryOf(use: Use): Entry[] {
    const before = this.#told.get(use)
    const isNew = before?.changes !== use.changes
    const calls = use.calls - (before?.calls ?? 0)
    if ((!isNew && calls === 0) || use.text.includes('\0')) return []
    // As it was sent: half of a surrogate pair is no text to the server, nor in jsonb.
    const bytes = Buffer.from(use.text)
    const digest = createHash('sha256').update(bytes).digest('hex')
    const what = isNew ? { ...recorded(use, this.#places), text: bytes.toString() } : { digest }
    const told = { calls: use.calls, changes: use.changes }
    return [{ use, told, digest, json: JSON.stringify({ ...what, calls }) }]
  }

  async #send(batch: readonly Entry[]): Promise<void> {
    const unrecorded = this.#recorder.unrecorded
    const { rows } = await this.#db.query<{ digest: string }>(
      'select n.digest from freehold.note_statements($1, $2, $3) as n (digest)',
      [this.#version, `[${batch.map(({ json }) => json).join()}]`, unrecorded - this.#unrecorded],
    )
    this.#unrecorded = unrecorded
    const unknown = new Set(rows.map(({ digest }) => digest))
    for (const { use, told, digest } of batch) {
      if (unknown.has(digest)) this.#told.delete(use)
      else this.#told.set(use, told)
    }
  }
}

/** At least one, so that the version is seen. */
function batches(entries: readonly Entry[]): Entry[][] {
  const all: Entry[][] = [[]]
  let characters = 0
  for (const entry of entries) {
    const batch = all.at(-1) ?? []
    const isFull = batch.length >= mostEntries || characters + entry.json.length > mostCharacters
    characters = entry.json.length + (isFull ? 0 : characters)
    if (isFull && batch.length > 0) all.push([entry])
    else batch.push(entry)
  }
  return all
}
