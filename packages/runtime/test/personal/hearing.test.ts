import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataOf } from '@freehold/manifest'
import type { FreeholdError } from '@freehold/manifest/errors'
import { parkedEvents } from 'freehold'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { on, startConsumer, type Consumer, type ConsumerOptions } from '../../src/consumers/index.js'
import { upcast, upcasters, type HeardOf } from '../../src/events/index.js'
import { Erased, isErased } from '../../src/personal/index.js'
import { guild, heraldService, JoinedV1, joining, MetV1, type Guild } from '../fixtures/guild.js'
import { natsIsMissing } from '../fixtures/nats-server.js'
import { byFeed, byNats, type Carrier } from './carriers.js'

const carriers = { feed: byFeed, NATS: byNats }

const retry = { attempts: 2, firstMs: 1, mostMs: 5 }

for (const [name, carry] of Object.entries(carriers)) {
  describe.skipIf(name === 'NATS' && natsIsMissing())(`by ${name}, a consumer of personal events`, () => {
    let house: Guild
    let carrier: Carrier
    let consumerName = ''
    const consumers: Consumer[] = []
    const errors: unknown[] = []

    beforeAll(async () => {
      house = await guild()
      carrier = await carry(house)
    })
    beforeEach(() => {
      consumerName = `herald-${randomUUID()}`
      errors.length = 0
      house.asked.length = 0
    })
    afterEach(async () => {
      await Promise.all(consumers.splice(0).map((consumer) => consumer.stop()))
    })
    afterAll(async () => {
      await carrier.close()
      await house.drop()
    })

    /** Hears everything from the beginning, and gives what it heard. */
    function hearing(
      options: Partial<ConsumerOptions> = {},
      handle: (data: HeardOf<typeof JoinedV1>) => void = () => undefined,
    ): { consumer: Consumer; heard: HeardOf<typeof JoinedV1>[] } {
      const heard: HeardOf<typeof JoinedV1>[] = []
      const consumer = startConsumer({
        service: heraldService,
        name: consumerName,
        source: 'guild',
        transport: carrier.transport,
        db: house.herald,
        keys: house.publisherKeys({ rememberMs: 0 }).of('guild'),
        retry,
        waitMs: 200,
        onError: (error) => void errors.push(error),
        handlers: {
          [JoinedV1.type]: on(JoinedV1, async (tx, { data }) => {
            await tx.query('select 1')
            handle(data)
            heard.push(data)
          }),
          [MetV1.type]: on(MetV1, async () => undefined),
        },
        ...(options as object),
      })
      consumers.push(consumer)
      return { consumer, heard }
    }

    const heardOf = (heard: readonly HeardOf<typeof JoinedV1>[], who: string): unknown[] =>
      heard.filter(({ memberId }) => memberId === who)

    /** Appends an event as it is given, as somebody may who writes past the runtime. */
    async function appendRaw(data: object, key: string): Promise<void> {
      await house.db.query(
        'insert into events (id, type, key, data) values (gen_random_uuid(), $1, $2, $3)',
        [JoinedV1.type, key, data],
      )
    }

    async function sealedDataOf(who: string): Promise<DataOf<typeof JoinedV1>> {
      const { rows } = await house.db.query<{ data: DataOf<typeof JoinedV1> }>(
        'select data from events where key = $1 order by seq limit 1',
        [who],
      )
      if (rows[0] === undefined) throw new RangeError('there is no such event')
      return rows[0].data
    }

    test('sees plain values, and nowhere on the way is one', async () => {
      const [one, other] = [randomUUID(), randomUUID()]
      await house.db.query(
        `insert into events (id, type, key, data) values (gen_random_uuid(), $1, 'hall', '{"place": "hall", "note": 1}')`,
        [MetV1.type],
      )
      const last = await house.join(one, other, one)
      const { consumer, heard } = hearing()
      await expect.poll(() => consumer.state().position).toBe(last)
      expect(heardOf(heard, one)).toEqual([joining(one).data, joining(one).data])
      expect(heardOf(heard, other)).toEqual([joining(other).data])
      const { rows } = await house.db.query<{ text: string }>('select e::text as text from events e')
      const carried = await carrier.carried()
      expect(carried).toContain(one)
      for (const text of [carried, rows.map(({ text }) => text).join()]) expect(text).not.toMatch(/plain-/i)
    })

    test('asks for keys once for a delivery, whoever is in it', async () => {
      const people = Array.from({ length: 40 }, () => randomUUID())
      const last = await house.join(...people, ...people)
      await carrier.carried()
      house.asked.length = 0
      const { consumer, heard } = hearing()
      await expect.poll(() => consumer.state().position).toBe(last)
      expect(people.every((who) => heardOf(heard, who).length === 2)).toBe(true)
      expect(house.asked.filter((asked) => asked === 'POST /keys')).toHaveLength(1)
    })

    test('gets Erased of whoever was forgotten, and plain values of the others', async () => {
      const [gone, there] = [randomUUID(), randomUUID()]
      const last = await house.join(gone, there)
      await house.keys.destroy({ subject: gone })
      const { consumer, heard } = hearing()
      await expect.poll(() => consumer.state().position).toBe(last)
      const erased = new Erased({ subject: gone, purpose: 'guild' })
      const [found] = heard.filter(({ memberId }) => memberId === gone)
      expect(found).toEqual({ memberId: gone, rank: 1, name: erased, motto: erased, skills: erased })
      expect(isErased(found?.name)).toBe(true)
      expect(heardOf(heard, there)).toEqual([joining(there).data])
      expect(consumer.state().parked).toBe(0)
    })

    test('waits while the keys cannot be had, parks nothing, and goes on', async () => {
      const ledger = join(house.store, 'forgotten')
      const before = await house.sealed()
      const { consumer, heard } = hearing()
      await expect.poll(() => consumer.state().position).toBe(before)
      const [again] = heard
      if (again === undefined) throw new RangeError('nothing was heard')
      await rename(ledger, `${ledger}.away`)
      try {
        // Nothing new can be sealed meanwhile.
        await appendRaw(await sealedDataOf(again.memberId), again.memberId)
        const last = await house.sealed()
        await expect.poll(() => errors.length, { timeout: 20_000 }).toBeGreaterThan(retry.attempts)
        expect(new Set(errors.map((error) => (error as FreeholdError).code))).toEqual(
          new Set(['FREEHOLD_EVENTS_UNAVAILABLE']),
        )
        expect(consumer.state()).toMatchObject({ position: before, parked: 0, status: 'running' })
        await rename(`${ledger}.away`, ledger)
        await expect.poll(() => consumer.state().position, { timeout: 20_000 }).toBe(last)
      } finally {
        if (!existsSync(ledger)) await rename(`${ledger}.away`, ledger)
      }
      expect(heard.at(-1)).toEqual(again)
      expect(consumer.state().parked).toBe(0)
    })

    test('parks what does not open, each with its key, and all others go on', async () => {
      const people = Array.from({ length: 7 }, () => randomUUID())
      await house.join(...people)
      const [whole, altered, moved, purpose, plain, nobody, other] = await Promise.all(
        people.map(async (who) => ({ who, data: await sealedDataOf(who) })),
      )
      const flipped = (name: string): string =>
        `${name.slice(0, 40)}${name[40] === 'A' ? 'B' : 'A'}${name.slice(41)}`
      const bad: [string, object][] = [
        [altered!.who, { ...altered!.data, name: flipped(altered!.data.name) }],
        [moved!.who, { ...moved!.data, name: other!.data.name }],
        [purpose!.who, { ...purpose!.data, name: purpose!.data.name.replace(':guild:', ':treasury:') }],
        [plain!.who, { ...plain!.data, name: 'Ann' }],
        [nobody!.who, { ...nobody!.data, memberId: 7 }],
      ]
      for (const [key, data] of bad) await appendRaw(data, key)
      await house.join(...people)
      const last = await house.sealed()
      const { consumer, heard } = hearing()
      await expect.poll(() => consumer.state().position, { timeout: 20_000 }).toBe(last)
      expect(heardOf(heard, whole!.who)).toHaveLength(2)
      const waiting = await parkedEvents(house.herald, 'herald').list({ consumer: consumerName })
      expect(waiting.map(({ key, events }) => `${key} ${events}`).toSorted()).toEqual(
        bad.map(([key]) => `${key} 2`).toSorted(),
      )
      expect(new Set(waiting.map(({ error }) => error?.split(':')[0]))).toEqual(
        new Set(['FREEHOLD_PERSONAL_UNREADABLE', 'FREEHOLD_PERSONAL_SUBJECT_MISSING']),
      )
      expect(waiting.every(({ attempts }) => attempts === retry.attempts)).toBe(true)
    })

    test('keeps what it parks sealed, and what was said of it; its retry opens it', async () => {
      const who = randomUUID()
      await house.join(who)
      const last = await house.join(who)
      let isMended = false
      const { consumer, heard } = hearing({}, ({ memberId, name }) => {
        if (memberId === who && !isMended) throw new RangeError(`no room for ${JSON.stringify(name)}`)
      })
      await expect.poll(() => consumer.state().position, { timeout: 20_000 }).toBe(last)
      const parked = async (): Promise<string> => {
        const { rows } = await house.herald.query<{ text: string }>(
          `select p::text as text from freehold.parked_event p where p.key = $1
           union all select a::text from freehold.parked_action a where a.key = $1`,
          [who],
        )
        return rows.map(({ text }) => text).join('\n')
      }
      expect(await parked()).toContain('personal.v1:guild:')
      expect(await parked()).not.toMatch(/plain-/i)
      expect(await parked()).toContain('RangeError. The event is personal')
      expect(errors.map(String).join()).toContain(`Plain-Name of ${who}`)

      const at = { consumer: consumerName, source: 'guild', key: who }
      const { retry: tryAgain, list } = parkedEvents(house.herald, 'herald')
      await tryAgain(at, { who: 'suite' })
      await expect.poll(async () => (await list(at))[0]?.attempts).toBe(retry.attempts + 1)
      expect(await parked()).not.toMatch(/plain-/i)
      isMended = true
      await tryAgain(at, { who: 'suite' })
      await expect.poll(() => heardOf(heard, who)).toEqual([joining(who).data, joining(who).data])
      await expect.poll(async () => (await list(at)).length).toBe(0)
    })

    test('whose subject is forgotten while it waits opens as Erased at its retry', async () => {
      const who = randomUUID()
      const last = await house.join(who)
      const { consumer, heard } = hearing({}, ({ memberId, name }) => {
        if (memberId === who && !isErased(name)) throw new RangeError('not yet')
      })
      await expect.poll(() => consumer.state().position, { timeout: 20_000 }).toBe(last)
      await house.keys.destroy({ subject: who })
      const at = { consumer: consumerName, source: 'guild', key: who }
      await parkedEvents(house.herald, 'herald').retry(at, { who: 'suite' })
      await expect
        .poll(() => heardOf(heard, who))
        .toMatchObject([{ memberId: who, name: expect.any(Erased) }])
    })
  })
}

describe('a consumer of personal events', () => {
  let house: Guild

  beforeAll(async () => {
    house = await guild()
  })
  afterAll(() => house.drop())

  test('does not start without anybody to ask for keys, however it names them', () => {
    const common = {
      service: heraldService,
      name: 'keyless',
      source: 'guild',
      transport: house.feed(),
      db: house.herald,
    }
    const missing = expect.objectContaining({ code: 'FREEHOLD_KEY_STORE_MISSING' }) as Error
    const handler = on(JoinedV1, async () => undefined)
    expect(() => startConsumer({ ...common, handlers: { [JoinedV1.type]: handler } })).toThrow(missing)
    expect(() => startConsumer({ ...common, types: [JoinedV1], apply: async () => undefined })).toThrow(
      missing,
    )
    const lift = upcasters([
      upcast({ from: JoinedV1, to: MetV1, up: ({ memberId }) => ({ place: memberId, note: 1 }) }),
    ])
    const lifted = {
      handlers: { [MetV1.type]: on(MetV1, async () => undefined) },
      lift,
      types: [JoinedV1.type],
    }
    expect(() => startConsumer({ ...common, ...lifted })).toThrow(missing)
  })

  test('has them opened before they are lifted, and given to a function', async () => {
    const who = randomUUID()
    const last = await house.join(who)
    const notes: unknown[] = []
    const lift = upcasters([
      upcast({ from: JoinedV1, to: MetV1, up: ({ memberId, name }) => ({ place: memberId, note: name }) }),
    ])
    const consumer = startConsumer({
      service: heraldService,
      name: 'lifted',
      source: 'guild',
      transport: house.feed(),
      db: house.herald,
      keys: house.publisherKeys().of('guild'),
      lift,
      types: [JoinedV1.type],
      apply: async (_, events) => void notes.push(...events.map(({ type, data }) => ({ type, data }))),
    })
    await expect.poll(() => consumer.state().position).toBe(last)
    await consumer.stop()
    expect(notes).toEqual([{ type: MetV1.type, data: { place: who, note: `Plain-Name of ${who}` } }])
  })
})
