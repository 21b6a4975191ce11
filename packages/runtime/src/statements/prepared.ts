import { createHash } from 'node:crypto'

/** A statement whose text is settled: only its values differ from call to call. */
export interface Prepared {
  readonly name: string
  readonly text: string
}

/** The most texts that are kept. A program has fewer shapes of statements than this. */
const capacity = 500

/**
 * Names a text for the server to keep it prepared. The name is a digest of the text, so that it is the
 * same in every process and never stands for two texts, and it is shorter than 63 bytes.
 */
export function prepared(text: string): Prepared {
  const digest = createHash('sha256').update(text).digest('base64url').slice(0, 22)
  return { name: `freehold_${digest}`, text }
}

/** Builds each shape of statement once. */
export class PreparedStatements {
  readonly #byShape = new Map<string, Prepared>()

  /**
   * @param shape - Everything that the text depends on.
   * @param build - Writes the text of that shape.
   */
  of(shape: string, build: () => string): Prepared {
    const known = this.#byShape.get(shape)
    if (known !== undefined) return known
    const fresh = prepared(build())
    if (this.#byShape.size >= capacity) this.#byShape.clear()
    this.#byShape.set(shape, fresh)
    return fresh
  }
}
