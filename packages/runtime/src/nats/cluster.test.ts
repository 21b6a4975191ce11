import { jetstreamManager } from '@nats-io/jetstream'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  isJetStreamReady,
  natsCluster,
  natsIsMissing,
  type NatsServer,
} from '../../test/fixtures/nats-server.js'
import { seededForTest, type Seeded } from '../../test/fixtures/seeded.js'
import { natsShop, publisherIs, shopStream, until, type NatsShop } from '../../test/fixtures/nats-shop.js'
import { beginning, span, type Counted } from '../../test/transports/stage.js'
import type { Cursor } from '../events/index.js'
import { natsTransport } from './index.js'

const why = natsIsMissing()
const keys = 7

describe.skipIf(why !== undefined)(`a cluster of NATS${why === undefined ? '' : `: ${why}`}`, () => {
  let servers: NatsServer[]
  let shop: NatsShop
  let random: Seeded
  let effects: Awaited<ReturnType<typeof consumerDatabase>>
  let written = 0

  beforeAll(async () => {
    random = seededForTest('nats cluster')
    servers = await natsCluster(3)
    const connection = await servers[0]?.connect({ servers: servers.map(({ url }) => url) })
    if (connection === undefined) throw new RangeError('no cluster')
    shop = await natsShop(servers, connection)
    await until(async () => expect(await isJetStreamReady(shop.connection)).toBe(true))
    effects = await consumerDatabase(shop)
    const first = shop.publisher({ replicas: 3 })
    await publisherIs(first, { phase: 'carrying' })
    await first.stop()
  })
  afterAll(async () => {
    await effects.close()
    await shop.close()
  })

  async function write(batches: number): Promise<void> {
    for (let i = 0; i < batches; i += 1) {
      const count = 1 + random.below(40)
      await shop.append(written + 1, written + count, { keys })
      written += count
    }
  }

  test.each(['leader', 'follower'] as const)(
    'loses nothing and brings nothing twice when a %s of the stream is killed under load, and comes back',
    async (role) => {
      const { leader } = (await shop.manager.streams.info(shopStream)).cluster ?? {}
      const victim = random.pick(servers.filter(({ name }) => (name === leader) === (role === 'leader')))
      // By way of the victim, so that what carries loses its connection, too.
      const others = servers.filter((server) => server !== victim)
      const connection = await victim.connect({
        servers: [victim, ...others].map(({ url }) => url),
        noRandomize: true,
      })
      const publisher = shop.publisher({
        connection,
        replicas: 3,
        runLength: 20 + random.below(100),
        standbyMs: 50,
      })
      await publisherIs(publisher, { phase: 'carrying', position: written })
      const reading = new AbortController()
      const consuming = consume(shop, effects, reading.signal)

      await write(10)
      const begin = performance.now()
      const before = written
      const writing = write(60)
      // In the middle of it: some of the load is carried, and the rest is on its way.
      await until(() => expect(publisher.state().position).toBeGreaterThan(before))
      await Promise.all([writing, victim.kill('SIGKILL')])
      await until(() => expect(publisher.state().position).toBe(written))
      const afterMs = Math.round(performance.now() - begin)
      console.info(`nats cluster: ${victim.name} killed, a ${role}; all carried ${afterMs} ms later`)
      await Promise.all([write(10), victim.start()])
      await until(async () => expect(await isWhole(shop)).toBe(true))
      await until(async () => expect(await effects.count()).toBeGreaterThanOrEqual(written))
      reading.abort()
      await consuming
      await publisher.stop()

      const seen = await effects.all()
      expect(seen.map(({ n }) => n).toSorted((a, b) => a - b)).toEqual(span(1, written))
      for (const key of new Set(seen.map((effect) => effect.key))) {
        const ofKey = seen.filter((effect) => effect.key === key).map(({ n }) => n)
        expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b))
      }
      expect((await shop.manager.streams.info(shopStream)).state).toMatchObject({
        messages: written,
        last_seq: written,
      })
    },
    60_000,
  )
})

/** Effects and cursor in a database of the consumer, moved in one transaction. */
async function consumerDatabase({ shop }: NatsShop) {
  const client = new pg.Client(shop.adminUrl)
  await client.connect()
  await client.query('create table public.effect (place serial, n integer, key text)')
  await client.query('create table public.cursor (position integer, segment text, epoch text)')
  await client.query(`insert into public.cursor (position) values (0)`)
  return {
    async apply(events: readonly Counted[], { position, segment, epoch }: Cursor) {
      await client.query('begin')
      await client.query(
        `insert into public.effect (n, key) select n, key from unnest($1::integer[], $2::text[]) as e (n, key)`,
        [events.map(({ data }) => data.n), events.map(({ subject }) => subject)],
      )
      await client.query('update public.cursor set position = $1, segment = $2, epoch = $3', [
        position,
        segment,
        epoch,
      ])
      await client.query('commit')
    },
    async cursor() {
      const { rows } = await client.query<Cursor>('select position, segment, epoch from public.cursor')
      return rows[0] ?? beginning
    },
    async count() {
      const { rows } = await client.query<{ count: number }>('select count(*)::integer from public.effect')
      return rows[0]?.count ?? 0
    },
    async all() {
      const { rows } = await client.query<{ n: number; key: string }>(
        'select n, key from public.effect order by place',
      )
      return rows
    },
    close: () => client.end(),
  }
}

async function consume(
  { connection }: NatsShop,
  effects: Awaited<ReturnType<typeof consumerDatabase>>,
  signal: AbortSignal,
): Promise<void> {
  const transport = natsTransport({ connection, timeoutMs: 500 })
  const options = { consumer: 'billing.effects', source: 'workshop', types: ['workshop.made.v1'] }
  while (!signal.aborted) {
    const subscription = await transport.subscribe({ ...options, after: await effects.cursor() })
    // Now and then it begins anew, as after a crash.
    for (let turn = 0; turn < 40; turn += 1) {
      try {
        const delivery = await subscription.next({ limit: 50, waitMs: 500, signal })
        if (delivery === undefined) continue
        await effects.apply(delivery.events as Counted[], delivery.cursor)
        await delivery.done()
      } catch (error) {
        expect(error).toMatchObject({ code: 'FREEHOLD_EVENTS_UNAVAILABLE' })
      }
    }
    await subscription.close()
  }
}

/** Whether all servers have all of the stream again. */
async function isWhole({ connection }: NatsShop): Promise<boolean> {
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout: 500 })
  const { cluster } = await manager.streams.info(shopStream)
  return (
    cluster?.replicas?.length === 2 && cluster.replicas.every(({ current, offline }) => current && !offline)
  )
}
