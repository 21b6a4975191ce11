import { AckPolicy, jetstreamManager, type ConsumerConfig, type JetStreamManager } from '@nats-io/jetstream'
import { headers, nanos, type Msg, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { natsIsMissing, natsServer, type NatsServer } from '../../test/fixtures/nats-server.js'
import { Pulls } from './pulls.js'

const why = natsIsMissing()
const never = new AbortController().signal

describe.skipIf(why !== undefined)(`asking for messages${why === undefined ? '' : `: ${why}`}`, () => {
  let server: NatsServer
  let consumer: NatsConnection
  /** Answers as JetStream would, with what a test has it say. */
  let stream: NatsConnection
  let pulls: Pulls
  const asked: { batch: number; reply: string }[] = []
  let count = 0

  beforeAll(async () => {
    server = await natsServer()
    ;[consumer, stream] = [await server.connect(), await server.connect()]
  })
  afterAll(() => server.remove())

  beforeEach(async () => {
    asked.length = 0
    count += 1
    const name = `c${count}`
    stream.subscribe(`$JS.API.CONSUMER.MSG.NEXT.s.${name}`, {
      callback: (_, message: Msg) => {
        asked.push({ batch: message.json<{ batch: number }>().batch, reply: message.reply ?? '' })
      },
    })
    await stream.flush()
    pulls = new Pulls(consumer, { stream: 's', name, isWhole: true, after: 10 }, '_INBOX')
  })

  async function request(limit: number): Promise<string> {
    pulls.ask(limit)
    await expect.poll(() => asked.length).toBeGreaterThan(0)
    return asked[0]?.reply ?? ''
  }

  test('breaks when nothing is heard of the server', async () => {
    await request(3)
    // Also when each wait is short.
    for (let turn = 0; turn < 100 && pulls.broken === undefined; turn += 1) await pulls.arrival(3, 50, never)
    expect(pulls.broken).toBe('nothing is heard of the server')
  })

  test('asks for a second page and no more, and again for what a request did not bring', async () => {
    const to = await request(5)
    pulls.ask(5)
    pulls.ask(5)
    await expect.poll(() => asked.map(({ batch }) => batch)).toEqual([5, 5])
    await consumer.flush()
    expect(asked).toHaveLength(2)
    stream.publish(to, '', { headers: status(408, 'Request Timeout', 5) })
    await expect
      .poll(() => {
        pulls.ask(5)
        return asked.length
      })
      .toBe(3)
  })

  test('breaks when the server has forgotten it', async () => {
    stream.publish(await request(5), '', { headers: status(409, 'Consumer Deleted') })
    await pulls.arrival(5, 5_000, never)
    expect(pulls.broken).toContain('409 Consumer Deleted')
  })
})

describe.skipIf(why !== undefined)('messages of a stream', () => {
  let server: NatsServer
  let connection: NatsConnection
  let manager: JetStreamManager

  beforeAll(async () => {
    server = await natsServer()
    connection = await server.connect()
    manager = await jetstreamManager(connection)
    await manager.streams.add({ name: 's', subjects: ['s.*'] })
    for (const subject of ['s.a', 's.a', 's.b', 's.a']) await connection.request(subject, '{}')
  })
  afterAll(() => server.remove())

  async function pullsOf(name: string, config: Partial<ConsumerConfig> = {}): Promise<Pulls> {
    await manager.consumers.add('s', { name, durable_name: name, ack_policy: AckPolicy.All, ...config })
    return new Pulls(connection, { stream: 's', name, isWhole: true, after: 0 }, '_INBOX')
  }

  test('are taken in their order, and say where the stream ends', async () => {
    const pulls = await pullsOf('whole')
    pulls.ask(3)
    await pulls.arrival(3, 5_000, never)
    expect(pulls.take(3).map(({ sequence }) => sequence)).toEqual([1, 2, 3])
    expect(pulls.head).toBe(4)
    expect(pulls.broken).toBeUndefined()
    pulls.close()
  })

  test('break it when one was lost on the way', async () => {
    const pulls = await pullsOf('lost')
    // Sent to somebody else, as to a connection that is no more.
    const stolen = new Promise((resolve) => connection.subscribe('elsewhere', { max: 1, callback: resolve }))
    connection.publish('$JS.API.CONSUMER.MSG.NEXT.s.lost', '{"batch": 1}', { reply: 'elsewhere' })
    await stolen
    pulls.ask(3)
    await pulls.arrival(3, 5_000, never)
    expect(pulls.take(3)).toEqual([])
    expect(pulls.broken).toBe('a message was lost on the way')
  })

  test('break it when a position is missing', async () => {
    const pulls = await pullsOf('gap', { filter_subject: 's.a' })
    pulls.ask(3)
    await expect.poll(() => pulls.broken).toBe('a message was lost on the way')
    expect(pulls.take(3).map(({ sequence }) => sequence)).toEqual([1, 2])
  })

  test('are taken once when the server sends them again', async () => {
    const pulls = await pullsOf('again', { ack_wait: nanos(50) })
    pulls.ask(4)
    await pulls.arrival(4, 5_000, never)
    expect(pulls.take(9)).toHaveLength(4)
    pulls.ask(8)
    await expect
      .poll(async () => (await manager.consumers.info('s', 'again')).delivered.consumer_seq)
      .toBeGreaterThan(8)
    await connection.flush()
    expect(pulls.take(9)).toEqual([])
    expect(pulls.broken).toBeUndefined()
    pulls.close()
  })
})

function status(code: number, description: string, left?: number): MsgHdrs {
  const written = headers(code, description)
  if (left !== undefined) written.set('Nats-Pending-Messages', String(left))
  return written
}
