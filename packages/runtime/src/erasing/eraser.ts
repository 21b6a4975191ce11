import { randomUUID } from 'node:crypto'
import type { Service } from '@freehold/manifest'
import { isFreeholdError } from '@freehold/manifest/errors'
import type { Database } from '../database/index.js'
import type { KeyStore } from '../personal/index.js'
import { Alarm } from '../sealing/alarm.js'
import type { EraseRows } from './erasure.js'
import { erasureLog } from './erasure-log.js'
import { eraseOnce, type Erasing } from './erase-once.js'
import { erasureReader } from './open-erasures.js'

/** Forgets whoever its service is asked to forget. */
export interface Eraser {
  /** Looks at once, instead of at the next look. */
  nudge(): void
  /** Ends what is under way and looks no more. What is left is done by the next one. Never rejects. */
  stop(): Promise<void>
}

/** What an eraser works with. */
export interface EraserOptions {
  readonly service: Service
  readonly db: Database
  readonly keys: KeyStore
  /** Erases the rows of the service's own mutable tables. */
  readonly erase: EraseRows
  /** How often it is looked for requests, in milliseconds; 1,000 when absent. */
  readonly everyMs?: number
  /**
   * How long writers that had a key when it was destroyed get to store what they had sealed, in milliseconds; 1,000 when
   * absent, and longer by as much as the store lets them use it.
   */
  readonly settleMs?: number
  /** Hears of an erasure that failed. It is tried again. */
  readonly onError?: (error: unknown) => void
}

/** A request whose transaction had begun before that of one that is seen already shows up behind it: look at all, too. */
const lookAtAllMs = 60_000

/**
 * Begins to fulfil what the log of erasures of a service asks for, with as many processes as there are. A process that is
 * killed has lost nothing: the next one goes on. A database that was restored is brought to what the key store remembers,
 * and a key store that was restored to what the database does.
 *
 * @throws FreeholdError `FREEHOLD_ERASURE_LOG_MISSING` when the service has no such log.
 */
export function startEraser(options: EraserOptions): Eraser {
  const { service, db, keys, erase, everyMs = 1_000, settleMs = 1_000, onError = () => undefined } = options
  const log = erasureLog(service)
  const reader = erasureReader(log.table)
  const erasing: Erasing = { service, db, keys, log, reader, erase, settleMs: settleMs + keys.staleMs }
  const alarm = new Alarm()
  let hasStopped = false
  let isReconciled = false
  let seen = -1
  let lookedAtAll = -Infinity
  let areOpen = true

  async function look(): Promise<void> {
    if (!isReconciled) await reconcile(erasing, onError)
    isReconciled = true
    const last = await reader.lastSeq(db)
    if (!areOpen && last === seen && performance.now() - lookedAtAll < lookAtAllMs) return
    lookedAtAll = performance.now()
    areOpen = false
    for (const erasure of await reader.open(db, erasing.settleMs)) {
      if (hasStopped) return
      try {
        if (!(await eraseOnce(erasing, erasure))) areOpen = true
      } catch (error) {
        // Others need not wait until this one can be done.
        areOpen = true
        onError(error)
      }
    }
    seen = last
  }

  async function run(): Promise<void> {
    while (!hasStopped) {
      try {
        await look()
      } catch (error) {
        areOpen = true
        onError(error)
      }
      await alarm.sleep(everyMs)
    }
  }

  const running = run()
  return {
    nudge: () => alarm.ring(),
    stop() {
      hasStopped = true
      alarm.ring()
      return running
    },
  }
}

/**
 * Database and key store are restored apart from one another. Whoever one of them has forgotten, the other forgets too:
 * a subject that only the store knows is asked for once more, and keys that the database knows to be destroyed are.
 */
async function reconcile(
  { db, keys, log, reader }: Erasing,
  onError: (error: unknown) => void,
): Promise<void> {
  const asked = await reader.subjects(db)
  const known = new Set(asked.map(({ subject, purpose }) => JSON.stringify([subject, purpose])))
  const destroyed = await keys.forgotten()
  for (const { subject, purpose = null } of destroyed) {
    if (known.has(JSON.stringify([subject, purpose]))) continue
    const reason = 'The database was restored to a time before this erasure.'
    await log.append(db, { id: randomUUID(), step: 'asked', subject, purpose, reason, detail: {} })
  }
  const gone = new Set(destroyed.map(({ subject, purpose = null }) => JSON.stringify([subject, purpose])))
  for (const { subject, purpose } of asked) {
    if (gone.has(JSON.stringify([subject, purpose]))) continue
    try {
      await keys.destroy({ subject, ...(purpose !== null && { purpose }) })
    } catch (error) {
      // One that can never be destroyed, because it is no subject, must not hold up all the others.
      if (isFreeholdError(error, 'FREEHOLD_KEY_STORE_UNAVAILABLE')) throw error
      onError(error)
    }
  }
}
