import { generateKeyPairSync } from 'node:crypto'
import { noteSigner } from '@freehold/proof'
import { liveLog, verifyLog, type LogVerdict, type VerifyOptions } from 'freehold'
import pg from 'pg'
import type { Database } from '../../src/database/index.js'
import { seal } from '../../src/sealing/index.js'
import { LogSigner } from '../../src/signing/log-signer.js'
import { workshop, workshopService, type Workshop } from '../fixtures/workshop.js'

/** A database with a log of events whose segments are signed. */
export interface SealedShop {
  readonly db: Database
  readonly admin: pg.Client
  readonly signer: ReturnType<typeof noteSigner>
  /** Appends events and seals them, as one segment. */
  append(count: number): Promise<void>
  sign(): Promise<void>
  verify(options?: Partial<VerifyOptions>): Promise<LogVerdict>
  /** The same in the transaction that the administrator is in. */
  verifyHere(options?: Partial<VerifyOptions>): Promise<LogVerdict>
  /** The last checkpoint. */
  checkpoint(): Promise<string>
  close(): Promise<void>
}

/** @param of - Another database than a new one, and its key. */
export async function openSealedShop(of?: {
  shop: Workshop
  signer: ReturnType<typeof noteSigner>
}): Promise<SealedShop> {
  const shop = of?.shop ?? (await workshop())
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const signer = of?.signer ?? noteSigner('workshop', { x, d })
  const db = shop.open({ max: 2 })
  const admin = new pg.Client(shop.adminUrl)
  await admin.connect()
  const logSigner = (): LogSigner => new LogSigner(db, { service: 'workshop', log: 'events' }, () => signer)
  const verifyHere = async (options: Partial<VerifyOptions> = {}): Promise<LogVerdict> =>
    verifyLog(await liveLog(admin, workshopService, 'events'), { keys: [signer], ...options })
  return {
    db,
    admin,
    signer,
    async append(count) {
      await db.query(
        `insert into events (id, type, key, data)
         select gen_random_uuid(), 'workshop.made.v1', 'key ' || n, jsonb_build_object('number', n, 'name', 'é', 'price', 1.50)
         from generate_series(1, $1::integer) n`,
        [count],
      )
      await seal(db, 'events')
    },
    async sign() {
      const one = logSigner()
      while ((await one.sign()).mayGoOn);
    },
    verifyHere,
    async verify(options = {}) {
      await admin.query('begin isolation level repeatable read, read only')
      try {
        return await verifyHere(options)
      } finally {
        await admin.query('rollback')
      }
    },
    async checkpoint() {
      const { rows } = await admin.query<{ note: string }>(
        "select note from freehold.checkpoint where log = 'events' order by size desc limit 1",
      )
      return rows[0]?.note ?? ''
    },
    async close() {
      await admin.end()
      await shop.drop()
    },
  }
}
