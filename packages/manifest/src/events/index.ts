export { checkpointSigned, type CheckpointSigned } from './checkpoint-signed.js'
export { consumersOf, type EventConsumer } from './consumers.js'
export {
  defineEvent,
  type DataOf,
  type EventContract,
  type EventDefinition,
  type JsonSchema,
} from './event-contract.js'
export { eventTypeParts, longestEventType, type EventTypeParts } from './event-type.js'
export { eventsLogOf } from './events-log.js'
export { witnessesOf, witnessLogOf } from './witnesses.js'
export {
  natsInbox,
  natsPermissions,
  natsPrefix,
  natsStream,
  natsSubject,
  natsSubjects,
  type NatsPermissions,
} from './nats.js'
