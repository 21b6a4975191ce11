import { randomUUID } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mergedStatements, type RecordedStatements } from '@freehold/manifest'
import { recorded } from './recorded.js'
import type { Recorder } from './recorder.js'
import type { Recording } from './recording.js'
import type { SourcePlaces } from './source-places.js'

/** Writes what a process sends to a file of its own, so that nobody waits for anybody: who reads the folder joins them. */
export class StatementFile {
  readonly #recorder: Recorder
  readonly #recording: Recording & { readonly folder: string }
  readonly #places: SourcePlaces
  readonly #path: string
  #told = 0

  constructor(recorder: Recorder, recording: Recording & { readonly folder: string }, places: SourcePlaces) {
    const { folder, service, version } = recording
    this.#recorder = recorder
    this.#recording = recording
    this.#places = places
    this.#path = join(folder, `${service}-${version}.${randomUUID().slice(0, 8)}.statements.json`)
  }

  get hasNews(): boolean {
    return this.#told !== this.#recorder.changes
  }

  async tell(): Promise<void> {
    if (!this.hasNews) return
    const { folder, service, version } = this.#recording
    const { changes } = this.#recorder
    const statements = mergedStatements([[...this.#recorder.uses].map((use) => recorded(use, this.#places))])
    await mkdir(folder, { recursive: true })
    await replace(this.#path, { format: 'freehold-statements/1', service, version, statements })
    this.#told = changes
  }
}

/** Whoever reads it sees the old or the new one. */
async function replace(path: string, content: RecordedStatements): Promise<void> {
  const draft = `${path}.draft`
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`)
  await rename(draft, path)
}
