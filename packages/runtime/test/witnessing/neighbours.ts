import { generateKeyPairSync } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import {
  checkpointSigned,
  databasePerService,
  defineEvent,
  defineService,
  defineSystem,
  immutable,
  type Service,
} from '@freehold/manifest'
import { noteSigner, type NoteSigner } from '@freehold/proof'
import { systemTemplates } from 'freehold/testing'
import Type from 'typebox'
import { inject } from 'vitest'
import { connect, type Database } from '../../src/database/index.js'
import { eventLog } from '../../src/events/index.js'
import { startSealer, type Sealer } from '../../src/sealing/index.js'
import { startSigner } from '../../src/signing/index.js'
import { keepWitness, publishCheckpoints } from '../../src/witnessing/index.js'
import { directTransport } from '../fixtures/direct-transport.js'

const quick = { gapMs: 1, soonestMs: 2, seldomMs: 20 }

/** A service that tells its checkpoints and keeps those of its neighbour. */
export interface Neighbour {
  readonly service: Service
  readonly db: Database
  readonly sealer: Sealer
  readonly key: NoteSigner
  /** Does something that is a row of a log, and no consequence of telling. */
  act(log: 'audit_log' | 'events'): Promise<void>
  /** Starts what tells and keeps, as one process of the service does. */
  start(options?: { everyMs?: number }): Process
}

/** What a process of a service runs. */
export interface Process {
  readonly errors: unknown[]
  stop(): Promise<void>
}

/** Two services with databases of their own, sealed and signed. */
export interface Neighbours {
  readonly north: Neighbour
  readonly south: Neighbour
  close(): Promise<void>
}

function declared(name: string, other: string): Service {
  const done = defineEvent({ type: `${name}.done.v1`, key: 'id', data: Type.Object({ id: Type.String() }) })
  return defineService({
    name,
    database: `${name}_db`,
    owns: {
      audit_log: immutable({ kind: 'audit' }),
      events: immutable({ kind: 'events' }),
      witnesses: immutable({ kind: 'witness' }),
    },
    publishes: [done, checkpointSigned(name)],
    consumes: { [other]: [checkpointSigned(other)] },
    migrations: `migrations/${name}`,
  })
}

export async function openNeighbours(): Promise<Neighbours> {
  const services = [declared('north', 'south'), declared('south', 'north')] as const
  const system = defineSystem({ name: 'neighbours', strategy: databasePerService(), services })
  const root = fileURLToPath(new URL('.', import.meta.url))
  const copy = await (await systemTemplates({ adminUrl: inject('serverUrl'), system, root })).clone()
  const opened: Database[] = []
  const stops: (() => Promise<void>)[] = []
  const connectTo = (name: string, onCommit = (): void => undefined): Database => {
    const database = connect({ url: copy.appUrl(name), applicationName: 'tests', max: 4, onCommit })
    opened.push(database)
    return database
  }

  function neighbour(service: Service, other: string): Neighbour {
    const { name } = service
    const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
    const key = noteSigner(name, { x, d })
    const sealing = connectTo(name)
    const sealer = startSealer(service, sealing, { events: quick, others: quick })
    const signer = startSigner(service, sealing, { sealer, key: () => key, gapMs: 1 })
    stops.push(async () => {
      await signer.stop()
      await sealer.stop()
    })
    const db = connectTo(name, () => sealer.nudge())
    const events = eventLog(service)
    const [contract] = service.publishes
    return {
      service,
      db,
      sealer,
      key,
      async act(log) {
        if (log === 'audit_log') await db.query("insert into audit_log (action) values ('done')")
        else if (contract) await db.transaction((tx) => events.append(tx, { contract, data: { id: 'x' } }))
      },
      start({ everyMs = 20 } = {}) {
        const errors: unknown[] = []
        const onError = (error: unknown): void => void errors.push(error)
        const own = connectTo(name, () => sealer.nudge())
        const transport = directTransport(connectTo(other), {}, other)
        const publisher = publishCheckpoints(service, own, { everyMs, onError })
        const witness = keepWitness({ service, source: other, db: own, transport, onError })
        let stopping: Promise<void> | undefined
        const stop = (): Promise<void> =>
          (stopping ??= Promise.all([publisher.stop(), witness.stop()]).then(() => undefined))
        stops.unshift(stop)
        return { errors, stop }
      },
    }
  }

  return {
    north: neighbour(services[0], 'south'),
    south: neighbour(services[1], 'north'),
    async close() {
      for (const stop of stops) await stop()
      await Promise.all(opened.map((database) => database.close()))
      await copy.drop()
    },
  }
}
