import type { DataOf, EventContract } from '@freehold/manifest'
import type { Delivered } from './transport.js'

/** Where an event comes from, for those who follow it through the services. */
export interface Causes {
  /** The same in everything that followed from one cause. */
  readonly correlationId?: string | undefined
  /** The id of the event or of the request that made this one happen. */
  readonly causationId?: string | undefined
  /** The W3C trace context, of version 00: `00-<32 hex>-<16 hex>-<2 hex>`. */
  readonly traceparent?: string | undefined
}

/** An event that is to be appended. */
export interface NewEvent<Contract extends EventContract = EventContract> extends Causes {
  /** One that the service publishes. */
  readonly contract: Contract
  readonly data: DataOf<Contract>
  /** A UUID, for whoever knows it beforehand; one of version 7 is made when it is absent. */
  readonly id?: string | undefined
}

/** Events, each typed by its own contract. */
export type NewEvents<Contracts extends readonly EventContract[]> = {
  readonly [Index in keyof Contracts]: NewEvent<Contracts[Index]>
}

/**
 * What an event passes on to the events that follow from it: spread it into them.
 *
 * @param delivered - The event that is being handled.
 */
export function causedBy({ id, correlationId, traceparent }: Delivered): Causes {
  return { correlationId: correlationId ?? id, causationId: id, traceparent }
}
