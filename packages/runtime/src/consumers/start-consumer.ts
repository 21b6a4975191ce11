import { randomUUID } from 'node:crypto'
import { FreeholdError } from '@freehold/manifest/errors'
import { keysOfLiving } from '../erasing/living.js'
import { openerOf } from '../events/index.js'
import { Application } from './application.js'
import { ConsumerLoop } from './consumer-loop.js'
import { applied, heardBy } from './effect.js'
import { forking } from './forks.js'
import type { Subscriber } from './lane.js'
import { LaneStore } from './lane-store.js'
import { Membership } from './membership.js'
import type { Consumer, ConsumerOptions } from './options.js'
import { ParkedRetries } from './parked-retries.js'

const mostLanes = 256
const shortestLeaseMs = 100

/**
 * Begins to consume the events of another service. The effect of an event and the cursor are written in one
 * transaction of the service's own database, so that each event has its effect exactly once, whatever is killed.
 *
 * Events of one key are handled in their order; keys are spread over lanes, and the processes that consume under one
 * name share the lanes. An event that cannot be handled is tried again and then parked: its key waits until somebody
 * decides (see `parked`), and all others go on.
 *
 * @param options - What is consumed, from where, and what it does.
 * @throws FreeholdError `FREEHOLD_CONSUMER_INVALID` when the options do not fit each other or the manifest,
 *   `FREEHOLD_KEY_STORE_MISSING` when a contract has personal members and there are no `keys` to open them.
 */
export function startConsumer(options: ConsumerOptions): Consumer {
  const { service, name, source, db, lanes = 8, batch = 1_000, leaseMs = 10_000, waitMs = 20_000 } = options
  const { types, contracts } = heardBy(options)
  refuse(options, types, { lanes, batch, leaseMs, waitMs })
  const open = openerOf(contracts, options.keys && keysOfLiving(service, db, options.keys))
  const subscriber: Subscriber = { service: service.name, consumer: name, source }
  const instance = randomUUID()
  const store = new LaneStore(db, subscriber, instance, leaseMs)
  const apply = applied(options, options.lift)
  const retry = { attempts: 5, firstMs: 200, mostMs: 30_000, ...options.retry }
  const loop: ConsumerLoop = new ConsumerLoop({
    options,
    lanes,
    store,
    membership: new Membership(db, subscriber, instance, leaseMs, lanes),
    application: new Application({
      db,
      store,
      subscriber,
      apply,
      open,
      retry,
      onFailure: (...failure) => loop.heard(...failure),
    }),
    retries: new ParkedRetries({
      db,
      store,
      subscriber,
      apply,
      open,
      onFailure: (...failure) => loop.heard(...failure),
    }),
    reading: {
      transport: options.transport,
      consumer: `${service.name}.${name}`,
      source,
      types,
      limit: batch,
      waitMs,
    },
    fork: forking(options, store, subscriber),
  })
  return { state: () => loop.state(), stop: () => loop.stop() }
}

function refuse(
  { service, name, source, handlers, apply, retry }: ConsumerOptions,
  types: readonly string[],
  numbers: { lanes: number; batch: number; leaseMs: number; waitMs: number },
): void {
  const declared = Object.hasOwn(service.consumes, source) ? (service.consumes[source] ?? []) : []
  const unknown = types.filter((type) => !declared.includes(type))
  const whole = (value: number, least: number, most = Number.MAX_SAFE_INTEGER): boolean =>
    Number.isSafeInteger(value) && value >= least && value <= most
  const problems = [
    !/^(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) &&
      `"${name}" is no name: lower case, digits and hyphens, 63 at most`,
    types.length === 0 && 'it names no types',
    (handlers === undefined) === (apply === undefined) && 'it needs either handlers or apply',
    unknown.length > 0 &&
      `${unknown.join(', ')} of "${source}" is not in the consumes of "${service.name}" in its ownership.ts`,
    !whole(numbers.lanes, 1, mostLanes) && `lanes is a number from 1 to ${mostLanes}`,
    !whole(numbers.batch, 1) && 'batch is a number from 1',
    !whole(numbers.leaseMs, shortestLeaseMs, 3_600_000) &&
      `leaseMs is a number from ${shortestLeaseMs} to 3600000`,
    !whole(numbers.waitMs, 0) && 'waitMs is a number from 0',
    retry?.attempts !== undefined && !whole(retry.attempts, 1) && 'retry.attempts is a number from 1',
  ].filter((problem) => problem !== false)
  if (problems.length === 0) return
  throw new FreeholdError('FREEHOLD_CONSUMER_INVALID', {
    message: `The consumer "${service.name}.${name}" of "${source}" cannot start: ${problems.join('; ')}.`,
    details: { service: service.name, consumer: name, source, problems },
  })
}
