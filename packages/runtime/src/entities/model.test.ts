import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { auditLog, items, workshop, type Item, type Workshop } from '../../test/fixtures/workshop.js'
import type { Database } from '../database/index.js'
import { fromRow } from '../logs/index.js'
import { EntityNotFound, VersionConflict } from './conflict.js'

let shop: Workshop
let databases: Database[]

beforeAll(async () => {
  shop = await workshop()
  databases = [shop.open({ max: 2 }), shop.open({ max: 1 }), shop.open()]
})

afterAll(() => shop.drop())

/** A step of a writer. `behind` is how many versions ago it has read the row. */
type Step = { connection: number; entity: number; pause: number } & (
  { kind: 'insert' } | { kind: 'update' | 'delete'; behind: number; inTransaction: boolean; undo: boolean }
)

/** What a step is known to have done. */
type Outcome = { id: string; version: number; operation: 'insert' | 'update' | 'delete' }

const place = { connection: fc.nat(2), entity: fc.nat(2), pause: fc.nat(3) }
const write = { behind: fc.nat(2), inTransaction: fc.boolean(), undo: fc.boolean() }
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ ...place, kind: fc.constant('insert' as const) }), weight: 2 },
  { arbitrary: fc.record({ ...place, ...write, kind: fc.constant('update' as const) }), weight: 6 },
  { arbitrary: fc.record({ ...place, ...write, kind: fc.constant('delete' as const) }), weight: 1 },
)

class Undone extends Error {}

/** Takes a step, and tells what became of it; undefined when it was refused or undone. */
async function take(chosen: Step, ids: readonly string[]): Promise<Outcome | undefined> {
  const db = databases[chosen.connection] as Database
  const id = ids[chosen.entity] as string
  const append = [auditLog.entry({ action: chosen.kind, entity_id: id, version: fromRow('version') })]
  if (chosen.kind === 'insert') {
    const { version } = await items.insert(db, { id, owner: 'ann', name: 'x' }, { append })
    return { id, version, operation: 'insert' }
  }
  const seen = await items.find(db, id)
  await new Promise((resolve) => setTimeout(resolve, chosen.pause))
  const target = { key: id, expectedVersion: (seen?.version ?? 1) - chosen.behind, append }
  const change = async (where: Parameters<typeof items.find>[0]): Promise<Item> =>
    chosen.kind === 'delete'
      ? items.delete(where, target)
      : items.update(where, { ...target, set: { name: 'y' } })
  const changed = chosen.inTransaction
    ? await db.transaction(async (tx) => {
        const row = await change(tx)
        if (chosen.undo) throw new Undone()
        return row
      })
    : await change(db)
  expect(changed.version).toBe(target.expectedVersion + 1)
  return { id, version: changed.version, operation: chosen.kind }
}

async function taken(chosen: Step, ids: readonly string[]): Promise<Outcome[]> {
  try {
    const outcome = await take(chosen, ids)
    return outcome === undefined ? [] : [outcome]
  } catch (error) {
    const isExpected =
      error instanceof VersionConflict ||
      error instanceof EntityNotFound ||
      error instanceof Undone ||
      (error instanceof Error && 'code' in error && error.code === '23505')
    if (!isExpected) throw error
    return []
  }
}

const said = ({ version, operation }: { version: number | null; operation: string }): string =>
  `${String(version)} ${operation}`

test('whatever writers do at once, the database is what their successes add up to', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { maxLength: 6 }), { minLength: 2, maxLength: 5 }),
      async (writers) => {
        const ids = [randomUUID(), randomUUID(), randomUUID()]
        const run = async (steps: readonly Step[]): Promise<Outcome[]> => {
          const outcomes: Outcome[] = []
          for (const chosen of steps) outcomes.push(...(await taken(chosen, ids)))
          return outcomes
        }
        const outcomes = (await Promise.all(writers.map(run))).flat()
        for (const id of ids)
          await expectAgreement(
            id,
            outcomes.filter((outcome) => outcome.id === id),
          )
      },
    ),
    { numRuns: 60, verbose: fc.VerbosityLevel.Verbose },
  )
})

/** In the order in which they were written, each revision follows from the one before it. */
function expectOneAfterAnother(revisions: readonly { version: number; operation: string }[]): void {
  let present = 0
  for (const { version, operation } of revisions) {
    expect([operation, present === 0, version]).toEqual([operation, operation === 'insert', present + 1])
    present = operation === 'delete' ? 0 : version
  }
}

/** The row, its history and the audit log against what the writers were told. */
async function expectAgreement(id: string, outcomes: readonly Outcome[]): Promise<void> {
  const db = databases[2] as Database
  const revisions = await items.history(db, id, { limit: 100 })
  expect(revisions.map(said).toSorted()).toEqual(outcomes.map(said).toSorted())
  expectOneAfterAnother(revisions.toReversed())
  const audited = await auditLog.read(db, { limit: 100, where: { entity_id: id } })
  expect(audited.map(({ version, action }) => said({ version, operation: action })).toSorted()).toEqual(
    outcomes.map(said).toSorted(),
  )
  const row = await items.find(db, id)
  const count = (operation: string): number =>
    outcomes.filter((outcome) => outcome.operation === operation).length
  expect(count('insert') - count('delete')).toBe(row === undefined ? 0 : 1)
  const last = await items.asOf(db, id, new Date(Date.now() + 60_000))
  expect(last?.row).toEqual(row)
}
