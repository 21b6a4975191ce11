export {
  eventReader,
  type EventFilter,
  type EventReader,
  type PlacedEvent,
  type TypeCount,
} from './event-reader.js'
export { eventsAfter, followedEvents, lastEvents } from './walk.js'
