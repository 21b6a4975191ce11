import { generateKeyPairSync } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { GrowingTree, noteSigner, openNote, readCheckpoint, type NoteSigner } from '@freehold/proof'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { Database } from '../database/index.js'
import { seal, startSealer } from '../sealing/index.js'
import { workshop, workshopService, type Workshop } from '../../test/fixtures/workshop.js'
import { LogSigner } from './log-signer.js'
import { startSigner } from './signer.js'
import { readTree } from './seal-tree.js'

const log = { service: 'workshop', log: 'events' }
const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
const key: NoteSigner = noteSigner('workshop', { x, d })
let shop: Workshop
let db: Database
beforeAll(async () => {
  shop = await workshop()
  db = shop.open({ max: 4 })
})
afterAll(() => shop.drop())

async function append(count: number): Promise<void> {
  await db.query(
    `insert into events (id, type, key, data)
     select gen_random_uuid(), 'workshop.made.v1', 'k', jsonb_build_object('b', n, 'a', 'é') from generate_series(1, $1) n`,
    [count],
  )
}

const signerOf = (): LogSigner => new LogSigner(db, log, () => key)

async function signAll(signer: LogSigner): Promise<void> {
  while ((await signer.sign()).mayGoOn);
}

async function administrator(): Promise<pg.Client> {
  const client = new pg.Client(shop.adminUrl)
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

async function lastCheckpoint() {
  const { rows } = await db.query<{ note: string }>(
    "select note from freehold.checkpoint where log = 'events' order by size desc limit 1",
  )
  return readCheckpoint(openNote(rows[0]?.note ?? '', [key]).text)
}

it('signs what is sealed, and goes on where another has come to', async () => {
  const [one, other] = [signerOf(), signerOf()]
  expect(await one.sign()).toEqual({ position: 0, mayGoOn: false })
  await append(3)
  await seal(db, 'events')
  expect(await one.sign()).toEqual({ position: 3, mayGoOn: true })
  expect(await one.sign()).toEqual({ position: 3, mayGoOn: false })
  expect(await lastCheckpoint()).toMatchObject({ ...log, size: 1, position: 3 })
  await append(2)
  await seal(db, 'events')
  expect(await other.sign()).toEqual({ position: 5, mayGoOn: true })
  await append(1)
  await seal(db, 'events')
  // It does not know of the second segment: it looks, and then signs.
  expect(await one.sign()).toEqual({ position: 3, mayGoOn: true })
  expect(await one.sign()).toEqual({ position: 6, mayGoOn: true })
  expect(await lastCheckpoint()).toMatchObject({ size: 3, position: 6 })
})

it('goes on after a restart from the last checkpoint, whose size is the greatest as a number', async () => {
  for (let size = 4; size <= 11; size += 1) {
    await append(1)
    await seal(db, 'events')
    await signAll(signerOf())
  }
  const restarted = signerOf()
  expect(await restarted.sign()).toEqual({ position: 14, mayGoOn: false })
  await append(1)
  await seal(db, 'events')
  expect(await restarted.sign()).toEqual({ position: 15, mayGoOn: true })
  expect(await lastCheckpoint()).toMatchObject({ size: 12, position: 15 })
})

it('signs each segment once when many sign at once, also beyond a kept part of the tree', async () => {
  const { size } = await lastCheckpoint()
  for (let i = size; i < 300; i += 1) {
    await append(1)
    await seal(db, 'events')
  }
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      const signer = signerOf()
      await signAll(signer)
    }),
  )
  const { rows } = await db.query<{ hash: Buffer }>(
    "select hash from freehold.segment_proof where log = 'events' order by number",
  )
  const tree = new GrowingTree()
  for (const { hash } of rows) tree.append(hash)
  const checkpoint = await lastCheckpoint()
  expect(checkpoint).toMatchObject({ size: 300, root: tree.root })
  expect((await readTree(db, log)).tree.root).toEqual(tree.root)
  const { rows: kept } = await db.query("select height, number from freehold.proof_part where log = 'events'")
  expect(kept).toEqual([{ height: 8, number: 0 }])
})

it('signs within moments of the commit while a service runs', async () => {
  const sealer = startSealer(workshopService, shop.open({ max: 1 }), { logs: ['events'] })
  const signer = startSigner(workshopService, shop.open({ max: 1 }), {
    sealer,
    key: () => key,
    logs: ['events'],
  })
  onTestFinished(async () => {
    await signer.stop()
    await sealer.stop()
  })
  const { position } = await lastCheckpoint()
  await append(5)
  sealer.nudge()
  await expect.poll(() => signer.position('events')).toBe(position + 5)
})

it('does not sign anew what was signed before and is gone', async () => {
  const admin = await administrator()
  const signer = signerOf()
  await signAll(signer)
  const { size } = await lastCheckpoint()
  await admin.query('begin')
  await admin.query("create table freehold.kept as select * from freehold.segment_proof where log = 'events'")
  await admin.query(
    "create table freehold.kept_checkpoint as select * from freehold.checkpoint where log = 'events'",
  )
  await admin.query("delete from freehold.checkpoint where log = 'events'")
  await admin.query("delete from freehold.segment_proof where log = 'events'")
  await admin.query('commit')
  await expect(signAll(signer)).rejects.toMatchObject({ code: 'FREEHOLD_SEAL_BROKEN', details: { size } })
  await admin.query('insert into freehold.segment_proof select * from freehold.kept')
  await admin.query('insert into freehold.checkpoint select * from freehold.kept_checkpoint')
  await admin.query('drop table freehold.kept, freehold.kept_checkpoint')
})

it('tells of a row that went before its segment was signed, and signs nothing', async () => {
  await append(2)
  await seal(db, 'events')
  const { size } = await lastCheckpoint()
  const admin = await administrator()
  // What a superuser can do: no guard of Freehold's is in the way of who may remove it.
  await admin.query("delete from pg_trigger where tgrelid = 'workshop.events'::regclass")
  await admin.query('delete from workshop.events where seq = (select max(seq) from workshop.events)')
  await expect(signerOf().sign()).rejects.toMatchObject({ code: 'FREEHOLD_SEAL_BROKEN' })
  const errors: unknown[] = []
  const signer = startSigner(workshopService, shop.open({ max: 1 }), {
    sealer: { sealedBeyond: async () => sleep(5_000, 0) },
    key: () => key,
    logs: ['events'],
    onError: (error) => errors.push(error),
  })
  await expect.poll(() => errors).toMatchObject([{ code: 'FREEHOLD_SEAL_BROKEN' }])
  await signer.stop()
  expect(await lastCheckpoint()).toMatchObject({ size })
})

it('does not go on from a tree that is not the one that was signed', async () => {
  const admin = await administrator()
  await admin.query(
    "update freehold.segment_proof set hash = sha256(hash) where log = 'events' and number = 290",
  )
  await expect(signerOf().sign()).rejects.toMatchObject({
    code: 'FREEHOLD_SEAL_BROKEN',
    details: { size: 300 + 1 },
  })
})
