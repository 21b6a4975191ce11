import { generateKeyPairSync } from 'node:crypto'
import { connect, startSealer, type Database, type Sealer } from '@freehold/runtime'
import { startSigner, type Signer } from '@freehold/runtime/signing'
import { noteSigner } from '@freehold/proof'
import type { Closing } from '../stage/closing.js'
import { benchService } from '../stage/ownership.js'

const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })

/** The key of the service whose logs are measured. */
export const key = noteSigner(benchService.name, { x, d })

/** A log of events that is written to, with what is at work beside. */
export interface MeasuredLog {
  readonly db: Database
  readonly sealer: Sealer | undefined
  readonly signer: Signer | undefined
}

/** Opens a log. Sealer and signer are in the process that writes, as in a service. */
export function openLog(
  url: string,
  beside: { seals: boolean; signs: boolean },
  closing: Closing,
): MeasuredLog {
  const sealing = connect({ url, applicationName: 'bench sealer', max: 2 })
  const sealer = beside.seals ? startSealer(benchService, sealing, { logs: ['events'] }) : undefined
  const signer =
    beside.signs && sealer
      ? startSigner(benchService, sealing, { sealer, key: () => key, logs: ['events'] })
      : undefined
  const db = connect({ url, applicationName: 'bench', ...(sealer && { onCommit: () => sealer.nudge() }) })
  closing.defer(async () => {
    await signer?.stop()
    await sealer?.stop()
    await Promise.all([db.close(), sealing.close()])
  })
  return { db, sealer, signer }
}

/** Appends one row, in a transaction of its own. */
export async function append(db: Database, table: string, worker: number): Promise<void> {
  await db.query({
    name: `append_${table}`,
    text: `insert into ${table} (id, type, key, data) values (gen_random_uuid(), 'bench.note-revised.v1', $1, $2)`,
    values: [
      `note ${worker}`,
      { noteId: `note ${worker}`, version: 1, title: 'What is to be done today, and by whom' },
    ],
  })
}
