import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../src/database/index.js'
import { items } from '../fixtures/workshop.js'
import type { Seeded } from '../fixtures/seeded.js'
import { attempt, type Style } from './transactions.js'

/** What writers were told. */
export interface Ledger {
  /** Ids of events whose COMMIT was acknowledged. */
  readonly acknowledged: Set<string>
  /** Ids of events that were rolled back. */
  readonly undone: Set<string>
  /** How many transactions ended in an error, so that their event may be there or not. */
  unknown: number
}

/** How much is written, and by whom. */
export interface LoadOptions {
  readonly random: Seeded
  readonly writers: number
  /** How many transactions each of them runs; for ever, until `until` says so, when absent. */
  readonly each?: number
  readonly until?: () => boolean
  /** Few, so that writers wait for one another. */
  readonly keys: readonly string[]
  readonly styles: readonly Style[]
}

export function emptyLedger(): Ledger {
  return { acknowledged: new Set(), undone: new Set(), unknown: 0 }
}

/** Makes rows for writers to contend for. */
export async function makeKeys(db: Database, count: number): Promise<string[]> {
  const keys = Array.from({ length: count }, () => randomUUID())
  for (const id of keys) await items.insert(db, { id, owner: 'ann', name: 'x' })
  return keys
}

/** Writers at work, all at once. Give it a database with a connection for each. */
export async function write(db: Database, ledger: Ledger, options: LoadOptions): Promise<void> {
  const { each = Infinity, until = () => false, keys, styles } = options
  const writer = async (random: Seeded): Promise<void> => {
    for (let done = 0; done < each && !until(); done += 1) {
      const outcome = await attempt(db, random.pick(styles), random.pick(keys), random)
      if (outcome.is === 'committed') ledger.acknowledged.add(outcome.id)
      else if (outcome.is === 'undone') ledger.undone.add(outcome.id)
      else {
        ledger.unknown += 1
        await sleep(20)
      }
    }
  }
  await Promise.all(Array.from({ length: options.writers }, () => writer(options.random.fork())))
}
