export {
  eventReader,
  type EventFilter,
  type EventReader,
  type PlacedEvent,
  type TypeCount,
} from './event-reader.js'
export { withServiceSession, type ServiceSessionOptions } from './service-session.js'
export { eventsAfter, followedEvents, lastEvents } from './walk.js'
