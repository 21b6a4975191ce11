import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { dirname, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CallSite } from './call-site.js'

const runtimeFolder = fileURLToPath(new URL('..', import.meta.url))

/** Names places as people know them: in the source, from a folder that they know. */
export class SourcePlaces {
  readonly #root: string
  readonly #maps = new Map<string, SourceMap | undefined>()

  constructor(root: string) {
    this.#root = root
  }

  /** `services/notes-service/src/notes/note-store.ts:41`, or `@freehold/runtime/sealing/seal.ts:12`. */
  nameOf({ file, line, column, isOfRuntime }: CallSite): string {
    const place = this.#origin(file, line, column)
    if (isOfRuntime) {
      const inside = place.file.slice(place.file.lastIndexOf(`${sep}src${sep}`) + 5)
      const path = place.file.startsWith(runtimeFolder) ? relative(runtimeFolder, place.file) : inside
      return `@freehold/runtime/${path.replaceAll(sep, '/')}:${place.line}`
    }
    return `${relative(this.#root, place.file).replaceAll(sep, '/')}:${place.line}`
  }

  #origin(file: string, line: number, column: number): { file: string; line: number } {
    const entry = this.#mapOf(file)?.findEntry(line - 1, column - 1)
    if (entry === undefined || !('originalSource' in entry)) return { file, line }
    const source = entry.originalSource
    const original = source.startsWith('file:') ? fileURLToPath(source) : resolve(dirname(file), source)
    return { file: original, line: entry.originalLine + 1 }
  }

  /** Read here and not by Node, which would then map the stack of every error of the process. */
  #mapOf(file: string): SourceMap | undefined {
    if (!this.#maps.has(file)) this.#maps.set(file, readMap(`${file}.map`))
    return this.#maps.get(file)
  }
}

function readMap(path: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(path, 'utf8')) as ConstructorParameters<typeof SourceMap>[0])
  } catch {
    // Code that was not compiled has none, and one that cannot be read is as good as none.
    return undefined
  }
}
