import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  clinic,
  clinicAudit,
  letters,
  patients,
  type Clinic,
  type Patient,
} from '../../test/fixtures/clinic.js'
import type { Database, Queryable } from '../database/index.js'
import { json } from '../statements/json.js'

let house: Clinic
let db: Database

beforeAll(async () => {
  house = await clinic()
  db = house.open({ max: 2 })
})

afterAll(() => house.drop())

/** Texts begin with it, so that one that got into a log can be found there. */
const mark = 'plain text'

const text = fc
  .string({ unit: 'grapheme', maxLength: 300 })
  .map((tail) => `${mark}${tail.replaceAll('\0', '')}`)
const given = fc.record(
  {
    ward: fc.constantFrom('a', 'b'),
    name: text,
    remark: fc.option(text),
    age: fc.option(fc.integer({ min: -1000, max: 1000 })),
    tags: fc.option(fc.array(text, { maxLength: 3 })),
    detail: fc.option(fc.oneof(text, fc.record({ a: fc.oneof(text, fc.array(text)) }), fc.constant([]))),
  },
  { requiredKeys: [] },
)
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('update' as const), given, isInside: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('again' as const), given, isInside: fc.boolean() }) },
)

type Given = typeof given extends fc.Arbitrary<infer T> ? T : never
const stored = ({ detail, ...rest }: Given): Partial<Patient> => ({
  ...rest,
  ...(detail !== undefined && { detail: detail === null ? null : json(detail) }),
})

test('whatever is written, the history opened says it, and holds none of it in plain', async () => {
  await fc.assert(
    fc.asyncProperty(given, fc.array(step, { maxLength: 8 }), async (first, steps) => {
      const id = randomUUID()
      const states: Patient[] = []
      const insert = async (values: Given, on: Queryable = db) =>
        states.push(
          await patients.insert(
            on,
            { ...stored(values), id, name: values.name ?? mark },
            {
              append: [clinicAudit.entry({ action: 'in', actor: id, origin: `${mark}!`, detail: { mark } })],
            },
          ),
        )
      await insert(first)
      for (const { kind, given: values, isInside } of steps) {
        const version = states.at(-1)?.version ?? 0
        const take = async (on: Queryable): Promise<void> => {
          if (kind === 'update') {
            const set = stored(values)
            states.push(await patients.update(on, { key: id, expectedVersion: version, set }))
          } else {
            states.push(await patients.delete(on, { key: id, expectedVersion: version }))
            await insert(values, on)
          }
        }
        await (isInside ? db.transaction(take) : take(db))
      }
      const revisions = await patients.history(db, id, { limit: 100 })
      // A deletion shows the row as it was last, under the version that it had then.
      const shown = revisions.toReversed().map(({ row: { version: _, updated_at: __, ...row } }) => row)
      expect(shown).toEqual(states.map(({ version: _, updated_at: __, ...row }) => row))
      expect(await patients.find(db, id)).toEqual(states.at(-1))
    }),
    { numRuns: 60, verbose: fc.VerbosityLevel.Verbose },
  )
  const { id } = await letters.insert(db, { patient_id: randomUUID(), body: mark })
  await letters.update(db, { key: id, expectedVersion: 1, set: { body: `${mark} 2` } })
  const plain = await house.administrator(`
    select 'patients' as found from clinic.patient_history t where t::text like '%plain%'
    union all select 'letters' from clinic.letter_history t where t::text like '%plain%'
    union all select 'audit' from clinic.audit_log t where t::text like '%plain%'`)
  expect(plain).toEqual([])
  const [count] = await house.administrator(
    `select count(*)::int as revisions, count(*) filter (where data::text like '%personal.v1:%')::int as sealed
     from clinic.patient_history`,
  )
  expect(count?.['sealed']).toBe(count?.['revisions'])
  expect(Number(count?.['revisions'])).toBeGreaterThan(100)
})
