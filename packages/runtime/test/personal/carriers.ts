import { jetstreamManager } from '@nats-io/jetstream'
import { expect } from 'vitest'
import type { EventTransport } from '../../src/events/index.js'
import { natsTransport, startNatsPublisher } from '../../src/nats/index.js'
import { guildService, type Guild } from '../fixtures/guild.js'
import { natsServer } from '../fixtures/nats-server.js'
import { until } from '../fixtures/nats-shop.js'

/** What carries the events of the guild to the herald. */
export interface Carrier {
  readonly transport: EventTransport
  /** All that has come through it, as it came. */
  carried(): Promise<string>
  close(): Promise<void>
}

/** The guild's own feed. */
export async function byFeed(house: Guild): Promise<Carrier> {
  return {
    transport: house.feed(),
    async carried() {
      const token = await house.identityOf('herald').tokenFor('guild')
      const response = await fetch(`${house.url}/events`, { headers: { authorization: `Bearer ${token}` } })
      expect(response.status).toBe(200)
      return response.text()
    },
    close: () => Promise.resolve(),
  }
}

/** A NATS server of its own. */
export async function byNats(house: Guild): Promise<Carrier> {
  const server = await natsServer()
  const connection = await server.connect()
  const { sealer } = house
  const publisher = startNatsPublisher({
    service: guildService,
    db: house.open(),
    sealer,
    connection,
    timeoutMs: 1_000,
  })
  const manager = await jetstreamManager(connection, { checkAPI: false, timeout: 500 })
  return {
    transport: natsTransport({ connection, behindMs: 100, timeoutMs: 1_000 }),
    async carried() {
      const last = await house.sealed()
      await until(() => expect(publisher.state()).toMatchObject({ position: last }))
      const messages = await Promise.all(
        Array.from({ length: last }, (_, i) => manager.streams.getMessage('freehold_guild', { seq: i + 1 })),
      )
      return messages.map((message) => message?.string()).join('\n')
    },
    async close() {
      await publisher.stop()
      await server.remove()
    },
  }
}
