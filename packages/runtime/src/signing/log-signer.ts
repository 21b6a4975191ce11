import { checkpointText, signNote, type LogName, type NoteSigner } from '@freehold/proof'
import type { Queryable } from '../database/index.js'
import { broken, keptHeights, readTree, type SignedTree } from './seal-tree.js'
import { chained, unsignedSegments } from './unsigned-segments.js'

/** The most rows that are read and hashed before their segments are signed. */
const mostRows = 10_000

/** Signs the segments of one log. Of several that try, one comes first; the others go on from there. */
export class LogSigner {
  readonly #db: Queryable
  readonly #log: LogName
  readonly #key: () => NoteSigner
  #signed: SignedTree | undefined
  /** How many segments were signed when we looked last. */
  #known = 0

  /** @param key - Asked for each checkpoint, so that a new one is taken up. */
  constructor(db: Queryable, log: LogName, key: () => NoteSigner) {
    this.#db = db
    this.#log = log
    this.#key = key
  }

  /**
   * Signs some of the segments that are sealed.
   *
   * @returns The last position that is signed, and whether there may be more to sign at once.
   * @throws FreeholdError `FREEHOLD_SEAL_BROKEN` when what was sealed or signed is no longer there as it was.
   */
  async sign(): Promise<{ position: number; mayGoOn: boolean }> {
    this.#signed ??= await readTree(this.#db, this.#log)
    // Whoever removes what was signed must not get it signed anew by us.
    if (this.#signed.tree.size < this.#known) throw broken(this.#log, this.#known)
    this.#known = this.#signed.tree.size
    const segments = await unsignedSegments(this.#db, this.#log, mostRows)
    const [first, last] = [segments[0], segments.at(-1)]
    if (first === undefined || last === undefined) return { position: this.#signed.position, mayGoOn: false }
    const { tree, last: previous, position: before } = this.#signed
    // Until it is known that it was kept, the tree on the database's side is not the one that we have.
    this.#signed = undefined
    if (first.number !== tree.size + 1) return { position: before, mayGoOn: true }
    const hashes = chained(this.#log, segments, previous)
    const parts = hashes
      .flatMap((hash) => tree.append(hash))
      .filter(({ height }) => height % keptHeights === 0)
    const position = last.firstPosition + last.rows - 1
    const { root, size } = tree
    const text = checkpointText({ ...this.#log, size, root, position, epoch: last.epoch, at: new Date() })
    const isKept = await this.#keep([
      this.#log.log,
      first.number,
      first.columns,
      segments.map((segment) => segment.root),
      hashes,
      segments.map(({ marks }) => marks),
      JSON.stringify(parts.map((part) => ({ ...part, hash: part.hash.toString('base64') }))),
      signNote(text, this.#key()),
    ])
    if (!isKept) return { position: before, mayGoOn: true }
    this.#signed = { tree, last: hashes.at(-1) ?? previous, position }
    this.#known = size
    return { position, mayGoOn: true }
  }

  async #keep(values: readonly unknown[]): Promise<boolean> {
    const { rows } = await this.#db.query<{ is_kept: boolean }>({
      name: 'freehold.sign_segments',
      text: 'select freehold.sign_segments($1, $2, $3, $4, $5, $6, $7, $8) as is_kept',
      values: [...values],
    })
    return rows[0]?.is_kept ?? false
  }
}
