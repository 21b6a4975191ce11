import {
  defineEvent,
  defineService,
  defineSystem,
  databasePerService,
  immutable,
  natsInbox,
  natsPermissions,
} from '@freehold/manifest'
import type { NatsConnection } from '@nats-io/transport-node'
import Type from 'typebox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { natsIsMissing, natsServer, type NatsServer } from '../../test/fixtures/nats-server.js'
import { natsShop, publisherIs, shopStream, type NatsShop } from '../../test/fixtures/nats-shop.js'
import { rejection } from '../../test/fixtures/rejection.js'
import { beginning, numbers, read } from '../../test/transports/stage.js'
import { natsTransport } from './index.js'

const why = natsIsMissing()

const owns = { events: immutable({ kind: 'events' }) }
const contract = (type: string) =>
  defineEvent({ type, key: 'id', data: Type.Object({ id: Type.String(), n: Type.Number() }) })
const made = contract('workshop.made.v1')
const noted = contract('workshop.noted.v1')
const billed = contract('billing.billed.v1')
const service = (name: string, more: object) => defineService({ name, database: `${name}_db`, owns, ...more })
const system = defineSystem({
  name: 'permissions',
  strategy: databasePerService(),
  services: [
    service('workshop', { publishes: [made, noted] }),
    service('billing', { publishes: [billed], consumes: { workshop: [made, noted] } }),
    service('search', { consumes: { workshop: [made] } }),
    service('other', {}),
  ],
})

const configuration = (): string => {
  const users = Object.entries(natsPermissions(system)).map(([user, permissions]) => ({
    user,
    password: `${user}-password`,
    permissions,
  }))
  return `accounts: { notes: { jetstream: enabled, users: ${JSON.stringify(users)} } }`
}

describe.skipIf(why !== undefined)(`users of NATS${why === undefined ? '' : `: ${why}`}`, () => {
  let server: NatsServer
  let shop: NatsShop

  beforeAll(async () => {
    server = await natsServer({ config: configuration() })
    shop = await natsShop([server], await as('workshop'))
    const publisher = shop.publisher()
    await shop.append(1, 2)
    await shop.append(3, 4, { type: 'workshop.noted.v1' })
    await publisherIs(publisher, { phase: 'carrying', position: 4 })
  })
  afterAll(() => shop.close())

  async function as(user: string): Promise<NatsConnection> {
    return server.connect({ user, pass: `${user}-password`, inboxPrefix: natsInbox(user) })
  }

  async function readAs(user: string, types: string[], count: number): Promise<number[]> {
    const transport = natsTransport({
      connection: await as(user),
      inboxPrefix: natsInbox(user),
      timeoutMs: 1_000,
    })
    const subscription = await transport.subscribe({
      consumer: `${user}.all`,
      source: 'workshop',
      types,
      after: beginning,
    })
    const { events } = await read(subscription, count).finally(() => subscription.close())
    return numbers(events)
  }

  test('read what the manifest lets them consume', async () => {
    expect(await readAs('billing', ['workshop.made.v1', 'workshop.noted.v1'], 4)).toEqual([1, 2, 3, 4])
    expect(await readAs('billing', ['workshop.noted.v1'], 2)).toEqual([3, 4])
    expect(await readAs('search', ['workshop.made.v1'], 2)).toEqual([1, 2])
  })

  test('are refused what it does not', async () => {
    const refused = { code: 'FREEHOLD_EVENTS_REFUSED' }
    expect(await rejection(readAs('search', ['workshop.noted.v1'], 1))).toMatchObject(refused)
    expect(await rejection(readAs('other', ['workshop.made.v1'], 1))).toMatchObject(refused)
  })

  test('publish their own events only, and listen to no one else', async () => {
    const billing = await as('billing')
    const publish = billing.request('freehold.workshop.made.v1', '{}', { timeout: 1_000 })
    expect(await rejection(publish)).toMatchObject({
      message: expect.stringMatching(/permissions violation/i) as string,
    })
    const heard = new Promise<unknown>((resolve) =>
      billing.subscribe(`${natsInbox('search')}.>`, { callback: (error) => resolve(error) }),
    )
    expect(await heard).toMatchObject({ message: expect.stringMatching(/permissions violation/i) as string })
    expect((await shop.manager.streams.info(shopStream)).state.last_seq).toBe(4)
  })
})
