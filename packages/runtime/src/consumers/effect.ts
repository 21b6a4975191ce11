import type { EventContract } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Transaction } from '../database/index.js'
import type { Delivered, HeardOf, Lift } from '../events/index.js'

/**
 * What an event does. It writes by way of the transaction and nowhere else: it is run again when the transaction
 * does not come to its end.
 */
export interface Handler<Data = unknown> {
  (tx: Transaction, event: Delivered<Data>): Promise<unknown>
  /** The contract that {@link on} has made it for: it says what is to be opened in the event. */
  readonly contract?: EventContract
}

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
      /** What is wanted: a function does not say. Contracts, where something in them is personal; or their types. */
      readonly types: readonly (EventContract | string)[]
      readonly handlers?: undefined
    }

/**
 * A handler whose event has the data of a contract. What is personal in it was opened, or is `Erased` where its subject was
 * forgotten.
 */
export function on<Contract extends EventContract>(
  contract: Contract,
  handler: (tx: Transaction, event: Delivered<HeardOf<Contract>>) => Promise<unknown>,
): Handler {
  const handled: Handler = (tx, event) => handler(tx, event as Delivered<HeardOf<Contract>>)
  return Object.assign(handled, { contract })
}

/** What an effect hears. */
export interface Heard {
  readonly types: readonly string[]
  /** As far as they are known: of some there is the type alone. */
  readonly contracts: readonly EventContract[]
}

/** The types and contracts that have a handler, are named beside them, or are lifted. */
export function heardBy({
  handlers = {},
  types = [],
  lift,
}: {
  readonly handlers?: Readonly<Record<string, Handler>> | undefined
  readonly types?: readonly (EventContract | string)[] | undefined
  readonly lift?: Lift | undefined
}): Heard {
  const named = types.map((each) => (typeof each === 'string' ? each : each.type))
  return {
    types: [...new Set([...Object.keys(handlers), ...named])],
    contracts: [
      ...Object.values(handlers).flatMap(({ contract }) => contract ?? []),
      ...types.filter((each) => typeof each !== 'string'),
      ...(lift?.contracts ?? []),
    ],
  }
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
