import type { Transaction } from '../database/index.js'
import type { Erasable } from '../personal/index.js'

/** Somebody who is to be forgotten. */
export interface Erasure extends Erasable {
  /** Names it over all services. */
  readonly id: string
  readonly reason?: string
}

/** How many rows were erased, by table. */
export type ErasedRows = Readonly<Record<string, number>>

/**
 * Removes what a service keeps about somebody in its own mutable tables, or empties the personal columns. Logs are not its
 * business: what is personal in them is gone with the key. It runs several times, and finds nothing the last time.
 *
 * @param tx - The transaction in which it happens and is recorded.
 * @param erasable - Whom, and for which purpose only, if there is one.
 * @returns How many rows of each table.
 */
export type EraseRows = (tx: Transaction, erasable: Erasable) => Promise<ErasedRows>

/** A row of a log of kind `erasure`. */
export interface ErasureRow {
  readonly id: string
  /** `asked`: somebody wants it. `forgotten`: keys and rows are gone. `erased`: and nobody has written any since. */
  readonly step: 'asked' | 'forgotten' | 'erased'
  readonly subject: string
  readonly purpose: string | null
  readonly reason: string | null
  readonly detail: Readonly<Record<string, unknown>>
}
