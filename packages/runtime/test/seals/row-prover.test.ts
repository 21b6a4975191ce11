import { verifyRowProof } from '@freehold/proof'
import { liveLog, proveRow } from 'freehold'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { NamedStatement, Queryable } from '../../src/database/index.js'
import { rowProver, type RowProver } from '../../src/signing/index.js'
import { workshopService } from '../fixtures/workshop.js'
import { openSealedShop, type SealedShop } from './sealed-shop.js'

let shop: SealedShop
let prover: RowProver
beforeAll(async () => {
  shop = await openSealedShop()
  prover = rowProver(workshopService, 'events', shop.db)
  for (const count of [1, 7, 1, 20]) await shop.append(count)
  await shop.sign()
})
afterAll(() => shop.close())

async function allSeqs(): Promise<number[]> {
  const { rows } = await shop.db.query<{ seq: number }>('select seq from events order by seq')
  return rows.map(({ seq }) => seq)
}

/** Appends one event in a transaction that others overtake: their rows have greater seqs, and are sealed before it. */
async function overtaken(): Promise<void> {
  await shop.db.transaction(async (tx) => {
    await tx.query(
      `insert into events (id, type, key, data) values (gen_random_uuid(), 'workshop.made.v1', 'late', '{}')`,
    )
    await shop.append(2)
    await shop.append(1)
  })
  await shop.append(1)
}

/** Counts what is asked of the database. */
function counted(): { db: Queryable; asked: NamedStatement[] } {
  const asked: NamedStatement[] = []
  const db: Queryable = {
    query(statement, values) {
      asked.push(typeof statement === 'string' ? { text: statement } : statement)
      return shop.db.query(statement, values)
    },
  }
  return { db, asked }
}

it('proves every row of a long log as `freehold logs prove` does, also those that were overtaken', async () => {
  await overtaken()
  // Beyond a kept part of the tree.
  for (let i = 0; i < 270; i += 1) await shop.append(1)
  await overtaken()
  await shop.sign()
  const seqs = await allSeqs()
  const proofs = await prover.prove(seqs)
  expect(proofs.size).toBe(seqs.length)
  const source = await liveLog(shop.admin, workshopService, 'events')
  const places = await prover.places(seqs)
  for (const [seq, proof] of proofs) {
    expect(proof.row['seq']).toBe(`${seq}`)
    expect(places.get(seq)).toMatchObject({ position: proof.position, isSigned: true, isArchived: false })
    verifyRowProof(proof, [shop.signer])
  }
  for (const seq of [1, 2, 9, 30, 31, 150, 290, 300, seqs.at(-1) ?? 0])
    expect(proofs.get(seq)).toEqual(await proveRow(source, proofs.get(seq)?.position ?? 0))
  expect([...proofs.values()].map(({ position }) => position).toSorted((a, b) => a - b)).toEqual(seqs)
})

it('asks no more for many rows than for one', async () => {
  const [one, many] = [counted(), counted()]
  await rowProver(workshopService, 'events', one.db).prove([5])
  await rowProver(workshopService, 'events', many.db).prove((await allSeqs()).slice(0, 100))
  expect([one.asked.length, many.asked.length]).toEqual([4, 4])
})

it('says of what is not signed yet that it is not, and proves nothing of it', async () => {
  const seqs = await allSeqs()
  const last = seqs.at(-1) ?? 0
  await shop.append(2)
  await shop.db.query(
    `insert into events (id, type, key, data) values (gen_random_uuid(), 'workshop.made.v1', 'unsealed', '{}')`,
  )
  const unsealed = (await allSeqs()).at(-1) ?? 0
  const asked = [last, last + 1, last + 2, unsealed, unsealed + 1, 0, -1]
  expect([...(await prover.prove(asked)).keys()]).toEqual([last])
  const places = await prover.places(asked)
  expect(places.get(last + 2)).toMatchObject({ isSigned: false })
  expect([...places.keys()].toSorted((a, b) => a - b)).toEqual([last, last + 1, last + 2])
  expect([(await prover.prove([])).size, (await prover.places([])).size]).toEqual([0, 0])
  await shop.append(1)
  await shop.sign()
  expect((await prover.prove(asked)).size).toBe(5)
})

it('does not prove a row beside which rows were archived', async () => {
  await shop.admin.query(
    `insert into freehold.archive (service, log, from_seq, to_seq, row_count, first_position, last_position, backed_up_to,
       file, file_sha256, rows_sha256, who)
     values ('workshop', 'events', 1, 4, 3, 1, 3, 3, 'f', '', '', 'test')`,
  )
  onTestFinished(async () => void (await shop.admin.query('delete from freehold.archive')))
  // Of segments of 1, 7 and 1 rows.
  expect((await prover.places([5, 9])).get(5)).toMatchObject({ isArchived: true })
  expect([...(await prover.prove([1, 5, 8, 9])).keys()]).toEqual([9])
})

it('hands out no proof of what is not as it was sealed, nor under another tree', async () => {
  const { host, port, user, password, database } = shop.admin
  // A connection that has not read yet which guards the log has.
  const superuser = new pg.Client({ host, port, user, password, database })
  await superuser.connect()
  onTestFinished(() => superuser.end())
  await superuser.query('begin')
  // What a superuser can do: no guard of Freehold's is in the way of who may remove it.
  await superuser.query("delete from pg_trigger where tgrelid = 'workshop.events'::regclass")
  await superuser.query("update workshop.events set key = 'other' where seq = 3")
  await superuser.query(
    "update freehold.segment_proof set hash = sha256(hash) where log = 'events' and number = 281",
  )
  const inside = rowProver(workshopService, 'events', asApp(superuser))
  await expect(inside.prove([5])).rejects.toMatchObject({
    code: 'FREEHOLD_SEAL_BROKEN',
    details: { segment: 2 },
  })
  await expect(inside.prove([270])).rejects.toMatchObject({
    code: 'FREEHOLD_SEAL_BROKEN',
    message: expect.stringMatching(/^The tree over the first \d+ segments/),
  })
  await superuser.query('rollback')
})

it('knows only logs of its service', () => {
  expect(() => rowProver(workshopService, 'items', shop.db)).toThrow(
    expect.objectContaining({ code: 'FREEHOLD_MANIFEST_UNKNOWN_TABLE' }),
  )
})

/** A superuser's connection and its transaction, taken for the service's. One statement after the other. */
function asApp(superuser: pg.Client): Queryable {
  let last: Promise<unknown> = Promise.resolve()
  return {
    query: (statement, values = []) => {
      const asked = typeof statement === 'string' ? { text: statement, values } : statement
      const result = last.then(async () => {
        await superuser.query('set local session authorization workshop_app')
        const found = await superuser.query({ ...asked, values: [...(asked.values ?? [])] })
        await superuser.query('reset session authorization')
        return found
      })
      last = result.catch(() => undefined)
      return result
    },
  }
}
