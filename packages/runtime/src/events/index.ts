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
