import type { DataOf, EventContract } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Transaction } from '../database/index.js'
import type { Delivered, Lift } from '../events/index.js'

/**
 * What an event does. It writes by way of the transaction and nowhere else: it is run again when the transaction
 * does not come to its end.
 */
export type Handler<Data = unknown> = (tx: Transaction, event: Delivered<Data>) => Promise<unknown>

/** What several events do, given in their order. */
export type Apply = (tx: Transaction, events: readonly Delivered[]) => Promise<unknown>

/** What a consumer does with events: a handler for each type, or one function for all that come together. */
export type Effect =
  | {
      /** By the type of the event: `{ [NoteRevised.type]: on(NoteRevised, async (tx, event) => …) }`. */
      readonly handlers: Readonly<Record<string, Handler>>
      readonly apply?: undefined
    }
  | {
      readonly apply: Apply
      /** The types that are wanted: a function does not say. */
      readonly types: readonly string[]
      readonly handlers?: undefined
    }

/** A handler whose event has the data of a contract. */
export function on<Contract extends EventContract>(
  _contract: Contract,
  handler: Handler<DataOf<Contract>>,
): Handler {
  return (tx, event) => handler(tx, event as Delivered<DataOf<Contract>>)
}

/** The effect as one function over lifted events, in their order. */
export function applied(effect: Effect, lift: Lift = (event) => event): Apply {
  const { handlers, apply } = effect
  if (apply) return (tx, events) => apply(tx, events.map(lift))
  return async (tx, events) => {
    for (const event of events.map(lift)) await handlerOf(handlers, event)(tx, event)
  }
}

function handlerOf(handlers: Readonly<Record<string, Handler>>, { type, position }: Delivered): Handler {
  const handler = Object.hasOwn(handlers, type) ? handlers[type] : undefined
  if (handler) return handler
  throw new FreeholdError('FREEHOLD_CONSUMER_HANDLER_MISSING', {
    message: `No handler is there for ${type}, which the event at position ${position} is.`,
    details: { type, position },
  })
}
