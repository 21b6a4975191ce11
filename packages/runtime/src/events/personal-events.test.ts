import { randomUUID } from 'node:crypto'
import { drizzle } from 'drizzle-orm/postgres-js'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import {
  guild,
  guildEvents,
  JoinedV1,
  joining,
  members,
  MetV1,
  PaidV1,
  type Guild,
} from '../../test/fixtures/guild.js'
import { rejection } from '../../test/fixtures/rejection.js'
import { queryableOfDrizzle, queryableOfPostgresJs } from '../adapters/index.js'
import { on } from '../consumers/index.js'
import type { Erased } from '../personal/index.js'
import { sealValues } from '../personal/index.js'
import type { StatementRunner } from './index.js'
import { mostEventBytes, upcast } from './index.js'

let house: Guild
let who: string

beforeAll(async () => {
  house = await guild()
})
beforeEach(() => {
  who = randomUUID()
})
afterAll(() => house.drop())

const envelope = /^personal\.v1:guild:[A-Za-z0-9_-]{40,}$/

async function stored(key: string): Promise<Record<string, unknown>[]> {
  const { rows } = await house.db.query<{ data: Record<string, unknown> }>(
    'select data from events where key = $1 order by seq',
    [key],
  )
  return rows.map(({ data }) => data)
}

const sealedJoining = (memberId: string): unknown => ({
  memberId,
  rank: 1,
  name: expect.stringMatching(envelope) as string,
  motto: expect.stringMatching(envelope) as string,
  skills: expect.stringMatching(envelope) as string,
})

describe('an event with personal members is stored sealed', () => {
  test('when it is appended, alone, among others, and with an entity', async () => {
    await house.db.transaction(async (tx) => {
      await guildEvents.append(tx, joining(who))
      await guildEvents.append(tx, [joining(who), { contract: MetV1, data: { place: who, note: 1 } }])
      await members.insert(tx, { id: who, rank: 1 }, { append: [guildEvents.entry(joining(who))] })
    })
    await members.update(house.db, {
      key: who,
      expectedVersion: 1,
      set: { rank: 2 },
      append: [guildEvents.entry(joining(who))],
    })
    const sealed = sealedJoining(who)
    expect(await stored(who)).toEqual([sealed, sealed, { place: who, note: 1 }, sealed, sealed])
    const { rows } = await house.db.query<{ whole: string }>('select e::text as whole from events e')
    expect(rows.map(({ whole }) => whole).join()).not.toMatch(/plain-/i)
  })

  test('what is null stays null, and what is absent absent', async () => {
    const data = { memberId: who, name: 'Ann', motto: null, rank: 1 }
    await house.db.transaction((tx) => guildEvents.append(tx, { contract: JoinedV1, data }))
    const name = expect.stringMatching(envelope) as string
    expect(await stored(who)).toEqual([{ memberId: who, name, motto: null, rank: 1 }])
  })

  test('when its statement is asked for with keys, for a batch; without, it is refused', async () => {
    expect(() => guildEvents.statement([joining(who)])).toThrow(
      expect.objectContaining({
        code: 'FREEHOLD_KEY_STORE_MISSING',
        fix: expect.stringContaining('sealedStatement') as string,
      }),
    )
    const met = guildEvents.statement([{ contract: MetV1, data: { place: who, note: {} } }])
    await house.open().batch([met, await guildEvents.sealedStatement(house.keys, [joining(who)])])
    expect(await stored(who)).toEqual([{ place: who, note: {} }, sealedJoining(who)])
  })

  test('by way of Drizzle and postgres.js, which are given the keys; without, it is refused', async () => {
    const { keys } = house
    const sql = postgres(house.guildUrl, { max: 1 })
    const change = `insert into members (id, rank) values (gen_random_uuid(), 1)`
    await sql.begin(async (tx) => {
      await guildEvents.append(queryableOfPostgresJs(tx, { keys }), joining(who))
    })
    await drizzle(sql).transaction(async (tx) => {
      await guildEvents.append(queryableOfDrizzle(tx, { keys }), joining(who))
    })
    await sql.end()
    const client = new pg.Client(house.guildUrl)
    await client.connect()
    await client.query('begin')
    await client.query(change)
    const runners: StatementRunner[] = [client, { query: (...asked) => client.query(...asked) }]
    for (const runner of runners)
      expect(await rejection(guildEvents.append(runner, joining(who)))).toMatchObject({
        code: 'FREEHOLD_KEY_STORE_MISSING',
      })
    const { text, values = [] } = await guildEvents.sealedStatement(keys, [joining(who)])
    await client.query(text, [...values])
    await client.query('commit')
    await client.end()
    expect(await stored(who)).toEqual([sealedJoining(who), sealedJoining(who), sealedJoining(who)])
  })
})

describe('it is judged in plain', () => {
  test('by its contract, with where it is wrong, and by its size', async () => {
    const { data } = joining(who)
    const long = { ...data, name: 'n'.repeat(61) }
    expect(() => guildEvents.entry({ contract: JoinedV1, data: long })).toThrow('/data/name')
    const large = { ...data, motto: 'm'.repeat(mostEventBytes) }
    expect(() => guildEvents.entry({ contract: JoinedV1, data: large })).toThrow(
      expect.objectContaining({ code: 'FREEHOLD_EVENT_TOO_LARGE' }),
    )
  })

  test.each(['', 'p'.repeat(201)])('by whether there can be a key for its subject', (payer) => {
    const data = { receipt: who, payer, account: '1' }
    expect(() => guildEvents.entry({ contract: PaidV1, data })).toThrow(
      expect.objectContaining({
        code: 'FREEHOLD_EVENT_INVALID',
        message: expect.stringContaining('/data/payer is the subject') as string,
      }),
    )
  })
})

test('of somebody who was forgotten nothing more is appended, and the change is undone', async () => {
  await house.keys.destroy({ subject: who })
  const insert = members.insert(house.db, { id: who, rank: 1 }, { append: [guildEvents.entry(joining(who))] })
  expect(await rejection(insert)).toMatchObject({ code: 'FREEHOLD_SUBJECT_ERASED' })
  const append = house.db.transaction(async (tx) => {
    await members.insert(tx, { id: who, rank: 1 })
    await guildEvents.append(tx, joining(who))
  })
  expect(await rejection(append)).toMatchObject({ code: 'FREEHOLD_SUBJECT_ERASED' })
  expect(await members.find(house.db, who)).toBeUndefined()
  expect(await stored(who)).toEqual([])
})

test('an entity on a connection without keys says so, and nothing is written', async () => {
  const db = house.open()
  const insert = members.insert(db, { id: who, rank: 1 }, { append: [guildEvents.entry(joining(who))] })
  expect(await rejection(insert)).toMatchObject({ code: 'FREEHOLD_KEY_STORE_MISSING' })
  expect(await members.find(db, who)).toBeUndefined()
})

describe('freehold.append_event', () => {
  let client: pg.Client

  beforeEach(async () => {
    client = new pg.Client(house.guildUrl)
    await client.connect()
  })
  afterEach(() => client.end())

  async function appended(type: string, data: object): Promise<void> {
    await client.query('begin')
    await client.query('insert into members (id, rank) values ($1, 1)', [randomUUID()])
    await client.query('select freehold.append_event($1, $2, $3)', [type, who, data])
    await client.query('commit')
  }

  async function envelopeOf(value: unknown, purpose = 'guild'): Promise<string | null | undefined> {
    const place = { service: 'guild', name: JoinedV1.type, field: 'name', subject: who, purpose }
    return (await sealValues(house.keys, [{ ...place, value }]))[0]
  }

  test('takes what is sealed, and what there is nothing of', async () => {
    const data = { memberId: who, name: await envelopeOf('Ann'), motto: null, rank: 1 }
    await appended(JoinedV1.type, data)
    await appended(MetV1.type, { place: who, note: 'plain' })
    expect(await stored(who)).toEqual([data, { place: who, note: 'plain' }])
  })

  test.each([
    ['a plain text', 'Ann'],
    ['a number', 7],
    ['an object', { first: 'Ann' }],
    ['the beginning of an envelope', 'personal.v1:guild:'],
    ['an envelope with something after it', `personal.v1:guild:${'A'.repeat(50)}\nAnn`],
    ['an envelope for another purpose', `personal.v1:treasury:${'A'.repeat(50)}`],
    ['a list with an envelope', [`personal.v1:guild:${'A'.repeat(50)}`]],
  ])('refuses %s', async (_, name) => {
    const refusal = await rejection(appended(JoinedV1.type, { memberId: who, name, motto: null, rank: 1 }))
    expect(refusal).toMatchObject({
      code: '23514',
      constraint: 'personal_is_sealed',
      message: expect.stringContaining('"name"') as string,
      hint: expect.stringContaining('has keys') as string,
    })
    expect(await stored(who)).toEqual([])
  })
})

test('who hears it sees in the types that it may be erased, and nothing else of the others', () => {
  on(JoinedV1, async (_, { data }) => {
    expectTypeOf(data.name).toEqualTypeOf<string | Erased>()
    expectTypeOf(data.motto).toEqualTypeOf<string | null | Erased>()
    expectTypeOf(data.skills).toEqualTypeOf<{ name: string; years: number }[] | Erased | undefined>()
    expectTypeOf(data.rank).toEqualTypeOf<number>()
  })
  on(MetV1, async (_, { data }) => expectTypeOf(data).toEqualTypeOf<{ place: string; note: unknown }>())
  upcast({
    from: JoinedV1,
    to: MetV1,
    // @ts-expect-error -- it may be erased, and the place of a meeting never is
    up: ({ name }) => ({ place: name, note: 1 }),
  })
})
