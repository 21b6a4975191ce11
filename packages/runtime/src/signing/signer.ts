import { setTimeout as sleep } from 'node:timers/promises'
import { logsOf, type Service } from '@freehold/manifest'
import { isFreeholdError } from '@freehold/manifest/errors'
import type { NoteSigner } from '@freehold/proof'
import type { Queryable } from '../database/index.js'
import type { Sealer } from '../sealing/index.js'
import { LogSigner } from './log-signer.js'

/** Signs what is sealed of a service's logs. */
export interface Signer {
  /** The last position of a log that is known to be signed. */
  position(log: string): number
  /** Stops after what is being signed. */
  stop(): Promise<void>
}

/** How logs are signed. */
export interface SignerOptions {
  /** Tells of what is sealed. */
  readonly sealer: Pick<Sealer, 'sealedBeyond'>
  /** The key of the service, see `sealKey`. Asked for each checkpoint, so that a new one is taken up. */
  readonly key: () => NoteSigner
  /** The logs; all of the service when absent. */
  readonly logs?: readonly string[]
  /** The least time between two checkpoints of a log, in milliseconds: one of them takes many segments. 40 when absent. */
  readonly gapMs?: number
  /** Hears of what could not be signed. It is tried again. */
  readonly onError?: (error: unknown) => void
}

const waitMs = 5_000
const firstRetryMs = 100
const longestRetryMs = 5_000
/** What was tampered with does not mend itself: it is told now and then. */
const brokenMs = 60_000

/**
 * Begins to sign the segments of a service's logs: reads their rows, hashes them, and keeps a signed checkpoint of the
 * tree in the database. Several processes of a service may; each segment is signed once.
 *
 * @param service - Its part of the manifest.
 * @param db - Its database. A connection of its own (`max: 1`) keeps signing out of the way of requests.
 */
export function startSigner(service: Service, db: Queryable, options: SignerOptions): Signer {
  const names = options.logs ?? logsOf(service)
  const positions = new Map<string, number>()
  const halt = new AbortController()
  const { signal } = halt
  const loops = names.map((log) => signing(service.name, log))

  async function signing(name: string, log: string): Promise<void> {
    const { sealer, key, gapMs = 40, onError = () => undefined } = options
    const signer = new LogSigner(db, { service: name, log }, key)
    let retryMs = firstRetryMs
    while (!signal.aborted) {
      try {
        const { position, mayGoOn } = await signer.sign()
        positions.set(log, position)
        retryMs = firstRetryMs
        if (!mayGoOn) await sealer.sealedBeyond(log, position, { waitMs, signal })
        await pause(gapMs, signal)
      } catch (error) {
        onError(error)
        await pause(isFreeholdError(error, 'FREEHOLD_SEAL_BROKEN') ? brokenMs : retryMs, signal)
        retryMs = Math.min(retryMs * 2, longestRetryMs)
      }
    }
  }

  return {
    position: (log) => positions.get(log) ?? 0,
    async stop() {
      halt.abort()
      await Promise.all(loops)
    },
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}
