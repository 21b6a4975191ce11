import { generateKeyPairSync } from 'node:crypto'
import { noteSigner } from '@freehold/proof'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSealedShop, type SealedShop } from './sealed-shop.js'

/** What somebody does who may do everything in the database, and what must be found. */
interface Tampering {
  readonly what: string
  readonly sql: string
  readonly found: readonly { readonly position?: number; readonly [other: string]: unknown }[]
}

// Three segments: positions 1 to 10, 11 to 20, 21 to 30.
const tamperings: readonly Tampering[] = [
  {
    what: 'a value is changed',
    sql: `update workshop.events set key = 'other' where seq = 13`,
    found: [{ kind: 'altered', segment: 2, position: 13, columns: ['key'] }],
  },
  {
    what: 'a number within JSON is changed in its last digit',
    sql: `update workshop.events set data = jsonb_set(data, '{price}', '1.5') where seq = 30`,
    found: [{ kind: 'altered', segment: 3, position: 30, columns: ['data'] }],
  },
  {
    what: 'a row is backdated by a microsecond',
    sql: `update workshop.events set at = at - interval '1 microsecond' where seq = 1`,
    found: [{ kind: 'altered', segment: 1, position: 1, columns: ['at'] }],
  },
  {
    what: 'a transaction id is forged',
    sql: `update workshop.events set xid = '3'::xid8 where seq = 2`,
    found: [{ kind: 'altered', position: 2, columns: ['xid'] }],
  },
  {
    what: 'null becomes an empty text',
    sql: `update workshop.events set traceparent = '' where seq = 5`,
    found: [{ kind: 'altered', position: 5, columns: ['traceparent'] }],
  },
  {
    what: 'two values of a row are changed',
    sql: `update workshop.events set key = 'other', type = 'workshop.made.v2' where seq = 6`,
    found: [{ kind: 'altered', position: 6, columns: ['key', 'type'] }],
  },
  {
    what: 'a row is removed',
    sql: 'delete from workshop.events where seq = 14',
    found: [{ kind: 'removed', segment: 2, position: 14 }],
  },
  {
    what: 'all rows are removed',
    sql: 'delete from workshop.events where seq > 20',
    found: Array.from({ length: 10 }, (_, i) => ({ kind: 'removed', segment: 3, position: 21 + i })),
  },
  {
    what: 'a row is put in with a transaction id of before',
    sql: `insert into workshop.events (seq, id, at, type, key, data, xid) overriding system value
          select 1000, gen_random_uuid(), at, type, key, data, xid from workshop.events where seq = 3`,
    found: [{ kind: 'stray', detail: expect.stringContaining('1000') }],
  },
  {
    what: 'two rows change places',
    sql: `update workshop.events e
          set (id, at, type, key, data, xid) = (select o.id, o.at, o.type, o.key, o.data, o.xid from workshop.events o where o.seq = 25 - e.seq)
          where seq in (12, 13)`,
    found: [
      { kind: 'reordered', position: 12 },
      { kind: 'reordered', position: 13 },
    ],
  },
  {
    what: 'a row is changed and its marks are, too',
    sql: `update workshop.events set key = 'other' where seq = 13;
          update freehold.segment_proof set marks = overlay(marks placing '\\x${'00'.repeat(400)}'::bytea from 1) where log = 'events' and number = 2`,
    found: Array.from({ length: 10 }, (_, i) => ({ kind: 'altered', segment: 2, position: 11 + i })),
  },
  {
    what: 'a row is changed and the root of its segment is made anew',
    sql: `update workshop.events set key = 'other' where seq = 13;
          update freehold.segment_proof set root = sha256('forged') where log = 'events' and number = 2`,
    found: [
      { kind: 'proof altered', segment: 2 },
      { kind: 'altered', segment: 2, position: 13 },
    ],
  },
  {
    what: 'the root, the hash and the chain behind it are made anew',
    sql: `update freehold.segment_proof set root = sha256(root), hash = sha256(hash) where log = 'events' and number >= 2`,
    found: [
      { kind: 'checkpoint altered' },
      { kind: 'proof altered', segment: 2 },
      { kind: 'proof altered', segment: 3 },
      { kind: 'segment altered' },
      { kind: 'segment altered' },
    ],
  },
  {
    what: 'a segment is removed',
    sql: `delete from freehold.segment_proof where log = 'events' and number = 2; delete from freehold.segment where log = 'events' and number = 2`,
    found: [{ kind: 'checkpoint altered' }, { kind: 'segment missing', segment: 2 }],
  },
  {
    what: 'the last segment is removed, with its rows and its checkpoint',
    sql: `delete from freehold.checkpoint where log = 'events' and size = 3; delete from freehold.segment_proof where log = 'events' and number = 3;
          delete from freehold.segment where log = 'events' and number = 3; delete from workshop.events where seq > 20`,
    found: [{ kind: 'cut off', witness: 'notes', size: 3 }],
  },
  {
    what: 'positions are moved',
    sql: `update freehold.segment set first_position = first_position + 1000 where log = 'events' and number = 3`,
    found: [
      { kind: 'segment misplaced', segment: 3 },
      { kind: 'proof altered', segment: 3 },
    ],
  },
  {
    what: 'a seq is taken out of a segment',
    sql: `update freehold.segment set seqs = seqs - int8multirange(int8range(15, 16)) where log = 'events' and number = 2`,
    found: [{ kind: 'segment misplaced', segment: 2 }, { kind: 'stray' }],
  },
  {
    what: 'the log is said to be of another life',
    sql: `update freehold.epoch set id = gen_random_uuid() where log = 'events'`,
    found: [
      { kind: 'proof altered', segment: 1 },
      { kind: 'proof altered', segment: 2 },
      { kind: 'proof altered', segment: 3 },
    ],
  },
  {
    what: 'a checkpoint is changed',
    sql: `update freehold.checkpoint set note = replace(note, 'position 30', 'position 31') where log = 'events' and size = 3`,
    found: [{ kind: 'checkpoint altered', size: 3 }],
  },
  {
    what: 'all checkpoints are removed',
    sql: `delete from freehold.checkpoint where log = 'events'`,
    found: [{ kind: 'checkpoint missing', size: 3 }],
  },
  {
    what: 'all proofs are removed, for a log that nobody signed',
    sql: `delete from freehold.checkpoint where log = 'events'; delete from freehold.segment_proof where log = 'events'`,
    found: [{ kind: 'cut off', witness: 'notes', size: 3 }],
  },
  {
    what: 'a column goes that was sealed',
    sql: 'alter table workshop.events drop column traceparent',
    found: [
      { kind: 'segment altered', segment: 1 },
      { kind: 'segment altered' },
      { kind: 'segment altered' },
    ],
  },
]

function positionsOf(findings: readonly { readonly position?: number }[]): number[] {
  return findings.flatMap(({ position }) => (position === undefined ? [] : [position]))
}

let shop: SealedShop
let note: string
beforeAll(async () => {
  shop = await openSealedShop()
  for (let i = 0; i < 3; i += 1) {
    await shop.append(10)
    await shop.sign()
  }
  note = await shop.checkpoint()
  // Who may do everything gets the guards out of the way first.
  await shop.admin.query(`
    alter event trigger freehold_explain_log_ddl disable;
    delete from pg_trigger where tgrelid = 'workshop.events'::regclass`)
})
afterAll(() => shop.close())

const witnesses = () => [{ witness: 'notes', notes: [{ witness: 'notes', note }] }]

it('finds nothing where nothing was done', async () => {
  expect(await shop.verify({ witnesses: witnesses() })).toMatchObject({
    size: 3,
    position: 30,
    checked: { segments: 3, rows: 30 },
    waiting: 0,
    findings: [],
  })
})

it.each(tamperings)('finds that $what', async ({ sql, found }) => {
  await shop.admin.query('begin')
  try {
    await shop.admin.query(sql)
    // Within the transaction that did it, so that the next one finds the log as it was.
    const { findings } = await shop.verifyHere({ witnesses: witnesses() })
    expect(findings).toEqual(
      expect.arrayContaining(found.map((finding): unknown => expect.objectContaining(finding))),
    )
    // No row is accused that was not touched.
    expect(positionsOf(findings)).toEqual(positionsOf(found))
  } finally {
    await shop.admin.query('rollback')
  }
})

it('finds a log that was made anew with the stolen key, because others remember it', async () => {
  const thief = await openSealedShop()
  try {
    for (let i = 0; i < 3; i += 1) {
      await thief.append(10)
      await thief.sign()
    }
    // All of it holds, and is not what was told.
    expect((await thief.verify()).findings).toEqual([])
    const { findings } = await thief.verify({ keys: [thief.signer, shop.signer], witnesses: witnesses() })
    expect(findings).toMatchObject([{ kind: 'rewritten', witness: 'notes', size: 3, segment: 1 }])
  } finally {
    await thief.close()
  }
})

it('takes no checkpoint of a key that it does not know', async () => {
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const { findings } = await shop.verify({ keys: [noteSigner('workshop', { x, d })] })
  expect(findings).toMatchObject([
    { kind: 'checkpoint altered', size: 1 },
    { kind: 'checkpoint altered', size: 2 },
    { kind: 'checkpoint altered', size: 3 },
    { kind: 'checkpoint missing', size: 3 },
  ])
})

it('looks only at what is new, and still finds what was changed before by its tree', async () => {
  const { root, position, signedAt } = await shop.verify()
  const since = { size: 3, root }
  // Where nothing is new, it is signed as far as before.
  expect(await shop.verify({ since })).toMatchObject({
    position,
    signedAt,
    checked: { segments: 0, rows: 0 },
    verifiedBefore: 3,
    findings: [],
  })
  await shop.append(5)
  await shop.sign()
  expect(await shop.verify({ since })).toMatchObject({
    size: 4,
    position: position + 5,
    checked: { segments: 1, rows: 5 },
    verifiedBefore: 3,
    findings: [],
  })
  expect((await shop.verify({ since: { size: 3, root: 'other' } })).findings).toMatchObject([
    { kind: 'rewritten', size: 3 },
  ])
  expect((await shop.verify({ since: { size: 9, root } })).findings).toMatchObject([
    { kind: 'cut off', size: 9 },
  ])
})
