import { jetstreamManager } from '@nats-io/jetstream'
import { headers, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ledger, type Ledger } from '../../test/fixtures/ledger.js'
import { makerService } from '../../test/fixtures/maker.js'
import { natsIsMissing, natsServer, type NatsServer } from '../../test/fixtures/nats-server.js'
import { shopStream } from '../../test/fixtures/nats-shop.js'
import { expectOnceInOrder } from '../../test/fixtures/once-in-order.js'
import { seededForTest } from '../../test/fixtures/seeded.js'
import { steppingProcess, type SteppingProcess } from '../../test/fixtures/stepping-process.js'
import { startSealer } from '../sealing/index.js'
import { natsTransport, startNatsPublisher } from './index.js'

const why = natsIsMissing()
/**
 * In their order. `part`: the server has the first message of a run and nothing else; `sent`: the run may be on its way;
 * `stored`: the server has all of it, and its answer is not read; `carried`: everything is in the stream.
 */
const steps = ['begin', 'read', 'part', 'sent', 'stored', 'answered', 'carried']
const rounds = Number(process.env['FREEHOLD_KILL_ROUNDS'] ?? 1)

describe.skipIf(why !== undefined)(
  `killing what carries into NATS${why === undefined ? '' : `: ${why}`}`,
  () => {
    let books: Ledger
    let server: NatsServer
    let connection: NatsConnection
    const processes: SteppingProcess[] = []

    beforeAll(async () => {
      books = await ledger()
      server = await natsServer()
      connection = await server.connect()
    })
    afterEach(async () => {
      await Promise.all(processes.splice(0).map((one) => one.kill()))
    })
    afterAll(async () => {
      await books.drop()
      await server.remove()
    })

    test(
      'loses nothing and brings nothing twice, though it is killed at every step',
      async () => {
        const random = seededForTest('nats publisher')
        const publish = (): Promise<number> =>
          books.publish(Array.from({ length: 25 + random.below(25) }, () => `key-${random.below(9)}`))
        const streams = (await jetstreamManager(connection, { checkAPI: false })).streams
        const state = async () => (await streams.info(shopStream)).state
        const name = 'carried'
        const carried: Record<string, string> = {}
        let consumer: ReturnType<Ledger['consume']> | undefined
        let head = 0
        for (let round = 0; round < rounds; round += 1) {
          for (const step of steps) {
            const last = await publish()
            const times = ['part', 'carried'].includes(step) ? 1 : 1 + random.below(3)
            const env = {
              MAKER_URL: books.makerUrl,
              NATS_URL: server.url,
              SERVICE: JSON.stringify(makerService),
            }
            const publisher = steppingProcess('publisher-process.mjs', { step, times, env })
            processes.push(publisher)
            expect({ step, by: (await publisher.ended).by }).toEqual({ step, by: 'SIGKILL' })
            // There is a stream from the first one on.
            consumer ??= books.consume({ name, transport: natsTransport({ connection }) })
            const { last_seq } = await state()
            carried[step] = `${carried[step] ?? ''} +${last_seq - head} of ${last - head}`
            head = last_seq
          }
        }
        console.info('nats publisher: what each carried before it was killed', carried)

        const last = await publish()
        const sealer = startSealer(makerService, books.open({ url: books.makerUrl, max: 1 }), {
          logs: ['events'],
        })
        const heir = startNatsPublisher({ service: makerService, db: books.maker, sealer, connection })
        await expect.poll(() => consumer?.state().position).toBe(last)
        await heir.stop()
        await sealer.stop()
        await expectOnceInOrder(books, name, last)
        expect(await state()).toMatchObject({ messages: last, first_seq: 1, last_seq: last })

        // The id alone keeps out what the server has stored lately, also without the sequence that is expected.
        const message = await streams.getMessage(shopStream, { seq: last })
        const again = headers()
        again.set('Nats-Msg-Id', message?.header.get('Nats-Msg-Id') ?? '')
        const answer = await connection.request(message?.subject ?? '', message?.data, {
          headers: again,
          timeout: 5_000,
        })
        expect(answer.json()).toMatchObject({ duplicate: true, seq: last })
        expect((await state()).last_seq).toBe(last)
      },
      90_000 * rounds,
    )
  },
)
