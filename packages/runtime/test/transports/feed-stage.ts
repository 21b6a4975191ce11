import type { AddressInfo } from 'node:net'
import { identitiesFor, type TestIdentities } from 'freehold/testing'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import type { Database } from '../../src/database/index.js'
import {
  feedRoutes,
  feedTransport,
  type FeedOptions,
  type FeedTransportOptions,
} from '../../src/feed/index.js'
import { createServiceApp } from '../../src/http/index.js'
import { serviceIdentity, serviceVerifier } from '../../src/identity/index.js'
import { startSealer, type Sealer } from '../../src/sealing/index.js'
import { workshop, workshopService, type Workshop } from '../fixtures/workshop.js'
import type { EventTransport } from '../../src/events/index.js'
import type { TransportStage } from './stage.js'

const made = 'workshop.made.v1'
const moved = 'workshop.moved.v1'

/** A workshop that serves its feed over a real socket, and what a test may do to it. */
export class FeedStage implements TransportStage {
  readonly source = 'workshop'
  readonly type = made
  readonly otherType = moved
  /** Requests for pages, as they came. */
  readonly asked: string[] = []
  db!: Database
  admin!: pg.Client
  sealer!: Sealer
  identities!: TestIdentities
  #shop!: Workshop
  #app!: FastifyInstance
  #port = 0
  #published = 0
  #sent = 0
  #waiting = 0
  readonly #options: Partial<FeedOptions>

  private constructor(options: Partial<FeedOptions>) {
    this.#options = options
  }

  /** `billing` may read what the suite publishes, `stock` but one type, and `stranger` nothing. */
  static async open(options: Partial<FeedOptions> = {}): Promise<FeedStage> {
    const stage = new FeedStage(options)
    const names = ['workshop', 'billing', 'ledger', 'stock', 'stranger']
    stage.identities = await identitiesFor({
      services: names.map((name) => ({ ...workshopService, name })),
    })
    stage.#shop = await workshop()
    stage.admin = new pg.Client(stage.#shop.adminUrl)
    await stage.admin.connect()
    await stage.allow('billing', made, moved)
    await stage.allow('stock', moved)
    stage.sealer = startSealer(workshopService, stage.#shop.open({ max: 1 }), { logs: ['events'] })
    stage.db = stage.#shop.open({ onCommit: () => stage.sealer.nudge() })
    await stage.startServer()
    return stage
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get app(): FastifyInstance {
    return this.#app
  }

  /** What `freehold apply` writes for the `consumes` of a manifest. */
  async allow(consumer: string, ...types: string[]): Promise<void> {
    await this.admin.query('delete from freehold.subscription where consumer = $1', [consumer])
    await this.admin.query(
      `insert into freehold.subscription (service, consumer, type) select 'workshop', $1, t from unnest($2::text[]) t`,
      [consumer, types],
    )
  }

  async publish(count: number, { keys = 10, type = made, pad = 0 } = {}): Promise<void> {
    const first = this.#published + 1
    this.#published += count
    await this.db.query(
      `insert into events (id, type, key, data)
       select gen_random_uuid(), $3, 'k' || n % $4,
         case when $5 = 0 then jsonb_build_object('n', n) else jsonb_build_object('n', n, 'pad', repeat('x', $5)) end
       from generate_series($1::integer, $2::integer) n`,
      [first, this.#published, type, keys, pad],
    )
    await this.sealed()
  }

  /** Waits until everything that is in the log is sealed. */
  async sealed(): Promise<void> {
    const { rows } = await this.db.query<{ count: number }>('select count(*)::integer as count from events')
    const count = rows[0]?.count ?? 0
    this.sealer.nudge()
    const deadline = performance.now() + 20_000
    for (;;) {
      const { rows: heads } = await this.admin.query<{ head: number }>(
        'select coalesce(sum(row_count), 0)::integer as head from freehold.segment',
      )
      if (heads[0]?.head === count) return
      if (performance.now() > deadline) throw new RangeError('the log is not sealed')
      await this.sealer.sealedBeyond('events', heads[0]?.head ?? 0, { waitMs: 20 })
    }
  }

  transport(options: Partial<FeedTransportOptions> = {}, service = 'billing'): EventTransport {
    const identity = serviceIdentity({ service, identityFile: this.identities.identityFile(service) })
    return feedTransport({ identity, urlOf: () => this.url, ...options })
  }

  /** A token of a service, for the workshop unless another is `asked`. */
  token(service: string, { asked = 'workshop', now = Date.now } = {}): Promise<string> {
    const identityFile = this.identities.identityFile(service)
    return serviceIdentity({ service, identityFile, now }).tokenFor(asked)
  }

  async restartServer(): Promise<void> {
    await this.stopServer()
    await this.startServer()
  }

  async stopServer(): Promise<void> {
    // As runUntilStopped does: a connection may become idle after the first look.
    const sweep = setInterval(() => this.#app.server.closeIdleConnections(), 5)
    await this.#app.close()
    clearInterval(sweep)
  }

  /** How many n were published. */
  get published(): number {
    return this.#published
  }

  /** How many requests wait for events to be sealed. */
  waiting(): number {
    return this.#waiting
  }

  sent(): number {
    return this.#sent
  }

  async fork(kept: number): Promise<void> {
    // As after a restore into another server: what no segment of the backup covers is sealed anew.
    await this.admin.query(
      `with lost as (delete from freehold.segment where first_position + row_count - 1 > $1)
       update freehold.epoch set system_identifier = 1`,
      [kept],
    )
    await this.sealed()
  }

  async close(): Promise<void> {
    // The consumers have left. A connection on which they never came to ask anything is not idle to Node.
    this.#app.server.closeAllConnections()
    await this.stopServer()
    await this.sealer.stop()
    await this.admin.end()
    await this.#shop.drop()
    await this.identities.remove()
  }

  async startServer(): Promise<void> {
    const app = createServiceApp({ name: 'workshop', logger: false })
    const verifier = serviceVerifier({ service: 'workshop', keysFile: this.identities.keysFile })
    app.addHook('onRequest', async (request) => {
      if (request.url.startsWith('/events?')) this.asked.push(request.url)
    })
    app.addHook('onSend', async (request, reply, payload: unknown) => {
      const [, after] = /[?&]after=(\d+)/.exec(request.url) ?? []
      const position = reply.getHeader('freehold-position')
      if (after !== undefined && typeof position === 'string') this.#sent += Number(position) - Number(after)
      return payload
    })
    const { db } = this
    const sealer: FeedOptions['sealer'] = {
      state: (log) => this.sealer.state(log),
      sealedBeyond: async (...asked) => {
        this.#waiting += 1
        return this.sealer.sealedBeyond(...asked).finally(() => (this.#waiting -= 1))
      },
    }
    feedRoutes(app, { service: 'workshop', log: 'events', db, sealer, verifier, ...this.#options })
    await app.listen({ host: '127.0.0.1', port: this.#port })
    this.#port = (app.server.address() as AddressInfo).port
    this.#app = app
  }
}
