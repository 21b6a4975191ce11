import { setTimeout } from 'node:timers/promises'
import { connect } from '@freehold/runtime'
import { startConsumer, type Effect } from '@freehold/runtime/consumers'
import type { Delivered } from '@freehold/runtime/events'
import { createServiceApp } from '@freehold/runtime/fastify'
import { feedRoutes, feedTransport } from '@freehold/runtime/feed'
import { serviceIdentity, serviceVerifier } from '@freehold/runtime/identity'
import { identitiesFor } from 'freehold/testing'
import { benchService, benchSystem, NoteRevised, readerService } from '../stage/ownership.js'
import { Closing } from '../stage/closing.js'
import { insertArrival, insertArrivals, type Arrival } from './arrivals.js'
import type { FreeholdReader, Reading } from './freehold-reader.js'

/**
 * Starts what services run: the feed of the publisher, over HTTP with tokens, and a consumer with its lanes, cursor and
 * effect in one transaction of another database. Both are in this process.
 */
export async function startFeedReader(reading: Reading): Promise<FreeholdReader> {
  const closing = new Closing()
  const identities = await identitiesFor(benchSystem)
  closing.defer(() => identities.remove())
  const publisher = connect({ url: reading.publisherUrl, applicationName: 'bench feed', max: 2 })
  closing.defer(() => publisher.close())
  const app = createServiceApp({ name: 'bench', logger: false })
  const unsealed = { position: 0, rows: 0, seals: 0, lagMs: 0, greatestLagMs: 0 }
  feedRoutes(app, {
    service: benchService.name,
    log: 'events',
    db: publisher,
    sealer: { state: () => unsealed, ...reading.sealer },
    verifier: serviceVerifier({ service: benchService.name, keysFile: identities.keysFile }),
  })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  closing.defer(() => {
    // The consumer has left. A connection on which it never came to ask anything is not idle to Node, and would be waited for.
    app.server.closeAllConnections()
    return app.close()
  })
  const database = connect({ url: reading.readerUrl, applicationName: 'bench reader', max: 3 })
  closing.defer(() => database.close())
  const failures: unknown[] = []
  const { name, identityFile } = {
    ...readerService,
    identityFile: identities.identityFile(readerService.name),
  }
  const consumer = startConsumer({
    service: readerService,
    name: 'bench',
    source: benchService.name,
    transport: feedTransport({
      identity: serviceIdentity({ service: name, identityFile }),
      urlOf: () => origin,
    }),
    db: database,
    batch: reading.batch,
    onError: (error) => failures.push(error),
    ...effectOf(reading),
  })
  closing.defer(() => consumer.stop())
  return {
    async reached(position) {
      while ((consumer.state().position ?? 0) < position) {
        if (failures.length > 0) throw failures[0]
        await setTimeout(2)
      }
    },
    stop: () => closing[Symbol.asyncDispose](),
  }
}

function effectOf({ handles, onEvent }: Reading): Effect {
  if (handles === 'one') {
    return {
      handlers: {
        [NoteRevised.type]: (tx, event) => {
          onEvent?.(event.id)
          return tx.query(insertArrival('arrivals', arrivalOf(event)))
        },
      },
    }
  }
  return {
    types: [NoteRevised.type],
    apply(tx, events) {
      for (const { id } of events) onEvent?.(id)
      return tx.query(insertArrivals('arrivals', events.map(arrivalOf)))
    },
  }
}

function arrivalOf({ id, type, subject, data }: Delivered): Arrival {
  return { id, type, key: subject, data }
}
