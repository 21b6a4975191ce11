export {
  sealedEvents,
  type Epoch,
  type SealedEvent,
  type SealedEvents,
  type SealedReading,
} from './sealed-events.js'
export type {
  Cursor,
  Delivered,
  Delivery,
  EventTransport,
  Subscription,
  SubscriptionOptions,
} from './transport.js'
export { fromCloudEvent, toCloudEvent, type CloudEvent } from './cloud-event.js'
export { eventLog, type EventLog, type StatementRunner } from './event-log.js'
export { mostEventBytes } from './checked-event.js'
export type { EventProblem } from './event-problems.js'
export { causedBy, type Causes, type NewEvent, type NewEvents } from './new-event.js'
export { upcast, upcasters, type Lift, type Upcast } from './upcasters.js'
export type { HeardOf } from './heard.js'
export { openerOf, type Opened, type Opener } from './opening.js'
export { archived } from './archived.js'
