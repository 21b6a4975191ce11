import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, Transaction } from '../../src/database/index.js'
import { makerEvents, MadeV1 } from '../fixtures/maker.js'
import { items } from '../fixtures/workshop.js'
import type { Seeded } from '../fixtures/seeded.js'

/** What a transaction is to do: change the row of a key, and tell it. Returns the id of the event. */
export type Style = (tx: Transaction, key: string, random: Seeded) => Promise<string>

const bump = { expectedVersion: 'any', set: { remark: 'changed' } } as const
const pause = (random: Seeded, mostMs: number): Promise<void> => sleep(random.below(mostMs))

function made(key: string, id: string) {
  return { contract: MadeV1, id, data: { itemId: key, name: 'x', version: 1 } }
}

/** The event rides along in the statement of the entity. */
const rideAlong: Style = async (tx, key) => {
  const id = randomUUID()
  await items.update(tx, { key, ...bump, append: [makerEvents.entry(made(key, id))] })
  return id
}

/** The same, in the order in which a team would write it. */
const changeThenAppend: Style = async (tx, key, random) => {
  const id = randomUUID()
  await items.update(tx, { key, ...bump })
  await pause(random, 4)
  await makerEvents.append(tx, made(key, id))
  return id
}

const inSql: Style = async (tx, key) => {
  await items.update(tx, { key, ...bump })
  const { rows } = await tx.query<{ id: string }>(
    `select freehold.append_event('workshop.made.v1', $1, '{}') as id`,
    [key],
  )
  return rows[0]?.id ?? ''
}

/** The same in one statement: the call depends on the row that was changed. */
const inOneStatement: Style = async (tx, key) => {
  const { rows } = await tx.query<{ id: string }>(
    `with changed as (update items set version = version + 1 where id = $1 returning id)
     select freehold.append_event('workshop.made.v1', id::text, '{}') as id from changed`,
    [key],
  )
  return rows[0]?.id ?? ''
}

/** Takes its transaction id long before the row, so that the ids of transactions do not say who was first. */
const earlyId: Style = async (tx, key, random) => {
  await tx.query('select pg_current_xact_id()')
  await pause(random, 15)
  return rideAlong(tx, key, random)
}

/** Draws numbers of the sequence in savepoints, some of which are undone. */
const savepoints: Style = async (tx, key, random) => {
  await items.update(tx, { key, ...bump })
  await tx.query('savepoint undone')
  await makerEvents.append(tx, made(key, randomUUID()))
  await pause(random, 4)
  await tx.query('rollback to savepoint undone')
  await tx.query('savepoint kept')
  const id = randomUUID()
  await makerEvents.append(tx, made(key, id))
  await tx.query('release savepoint kept')
  return id
}

/** Ways to append that keep the order of a key: first the row's lock, then the event. */
export const orderly: readonly Style[] = [
  rideAlong,
  changeThenAppend,
  inSql,
  inOneStatement,
  earlyId,
  savepoints,
]

/** What nobody should do: the event has its place before the row is locked. The judge must notice. */
export const appendThenChange: Style = async (tx, key, random) => {
  const id = randomUUID()
  await tx.query('select pg_current_xact_id()')
  await makerEvents.append(tx, made(key, id))
  await pause(random, 6)
  await items.update(tx, { key, ...bump })
  return id
}

/** How a transaction went: `unknown` when nobody can say. */
export type Outcome =
  { readonly id: string; readonly is: 'committed' | 'undone' } | { readonly is: 'unknown' }

class Undone extends Error {}

/** Runs one transaction, which one time in ten is rolled back at its end. */
export async function attempt(db: Database, style: Style, key: string, random: Seeded): Promise<Outcome> {
  const isUndone = random.below(10) === 0
  let id = ''
  try {
    await db.transaction(async (tx) => {
      id = await style(tx, key, random)
      await pause(random, 8)
      if (isUndone) throw new Undone('as planned')
    })
    return { id, is: 'committed' }
  } catch (error) {
    return error instanceof Undone ? { id, is: 'undone' } : { is: 'unknown' }
  }
}
