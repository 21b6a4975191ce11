import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemBinaries, removeData, startServer } from '@freehold/embedded'
import { canonicalJson } from '@freehold/proof'
import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { workshop } from '../fixtures/workshop.js'
import { openSealedShop, type SealedShop } from './sealed-shop.js'

/** Values that servers and sessions like to print in ways of their own. */
const odd = `insert into events (id, type, key, data)
  values (gen_random_uuid(), 'workshop.made.v1', E'a "quoted", \\\\ tab\\t and é',
    '{"b": 1.50, "a": [1e3, -0.0, 12345678901234567890.0], "é": null, "z": {}}')`

let shop: SealedShop
beforeAll(async () => {
  shop = await openSealedShop()
  await shop.append(10)
  await shop.db.query(odd)
  await shop.append(1)
  await shop.sign()
})
afterAll(() => shop.close())

const holds = { findings: [], size: 2, checked: { segments: 2, rows: 12 } }

describe('a seal survives', () => {
  it('settings of the session that verifies, and of the one that signs', async () => {
    const settings = `set datestyle = 'SQL, DMY'; set intervalstyle = 'iso_8601'; set timezone = 'Pacific/Auckland';
      set bytea_output = 'escape'; set extra_float_digits = 0`
    const other = await openSealedShop()
    try {
      await shop.admin.query(settings)
      expect(await shop.verify()).toMatchObject(holds)
      await other.db.query(settings)
      await other.db.query(odd)
      await other.append(3)
      await other.sign()
      expect(await other.verify()).toMatchObject({ findings: [], size: 1 })
    } finally {
      await other.close()
    }
  })

  it('columns that are added, which later segments have', async () => {
    const other = await openSealedShop()
    try {
      await other.append(4)
      await other.sign()
      await other.admin.query('alter event trigger freehold_explain_log_ddl disable')
      await other.admin.query('alter table workshop.events add column remark text, add column about jsonb')
      await other.append(2)
      await other.sign()
      expect(await other.verify()).toMatchObject({ findings: [], size: 2, checked: { rows: 6 } })
      const { rows } = await other.admin.query<{ columns: string[] }>(
        "select columns from freehold.proof_columns where log = 'events' order by number",
      )
      expect(rows.map(({ columns }) => columns.includes('remark'))).toEqual([false, true])
    } finally {
      await other.close()
    }
  })

  const older = systemBinaries(15)
  it.skipIf(older === undefined)('a copy to another major, with its columns in another order', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'freehold-older-'))
    const server = await startServer({
      directory: join(directory, 'data'),
      durable: false,
      ...(older && { binaries: older }),
    })
    const there = await workshop(server.url)
    const copy = await openSealedShop({ shop: there, signer: shop.signer })
    try {
      await copy.admin.query(`
        alter event trigger freehold_explain_log_ddl disable;
        delete from pg_trigger where tgrelid = 'workshop.events'::regclass;
        alter table workshop.events rename to old_events;
        create table workshop.events (
          traceparent text, data jsonb, key text, type text, id uuid, causation_id text, correlation_id text,
          at timestamptz, xid xid8, seq bigint primary key
        )`)
      const tables = [
        'workshop.events',
        'freehold.epoch',
        'freehold.segment',
        'freehold.proof_columns',
        'freehold.segment_proof',
        'freehold.checkpoint',
      ]
      for (const table of tables) await copied(shop.admin, copy.admin, table)
      const { rows } = await copy.admin.query<{ version: string }>('show server_version')
      expect(rows).toMatchObject([{ server_version: expect.stringMatching(/^15/) as string }])
      expect(await copy.verify()).toMatchObject(holds)
      await copy.admin.query(`update workshop.events set data = data || '{"a": 2}' where seq = 11`)
      expect((await copy.verify()).findings).toMatchObject([
        { kind: 'altered', position: 11, columns: ['data'] },
      ])
    } finally {
      await copy.close()
      await server.stop('immediate')
      await removeData(server.dataDirectory)
      await rm(directory, { recursive: true, force: true })
    }
  })
})

it('hashes a jsonb as this server prints it, whatever it holds', async () => {
  const key = fc.string({ unit: 'grapheme-composite', maxLength: 6 }).map((text) => text.replaceAll('\0', ''))
  const { document } = fc.letrec((tie) => ({
    document: fc.oneof(
      { maxDepth: 4 },
      key,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.bigInt().map(Number),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('document'), { maxLength: 4 }),
      fc.dictionary(key, tie('document'), { maxKeys: 5 }),
    ),
  }))
  await fc.assert(
    fc.asyncProperty(document, async (value) => {
      const text = JSON.stringify(value)
      const { rows } = await shop.admin.query<{ printed: string }>('select $1::jsonb::text as printed', [
        text,
      ])
      expect(canonicalJson(text)).toBe(rows[0]?.printed)
    }),
    { numRuns: 300 },
  )
})

/** Rows as a dump brings them: as text, by the names of their columns. */
async function copied(from: pg.Client, to: pg.Client, table: string): Promise<void> {
  const { rows } = await from.query<{ all: string }>(
    `select jsonb_agg(to_jsonb(t))::text as all from ${table} t`,
  )
  await to.query(
    `insert into ${table}
     select r.* from jsonb_array_elements($1::jsonb) e (row), jsonb_populate_record(null::${table}, e.row) r`,
    [rows[0]?.all],
  )
}
