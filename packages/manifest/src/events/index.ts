export { canonicalContract } from './canonical-contract.js'
export { checkpointSigned, type CheckpointSigned } from './checkpoint-signed.js'
export { consumedContract } from './consumed-contract.js'
export { consumersOf, type EventConsumer } from './consumers.js'
export {
  defineEvent,
  type DataOf,
  type EventContract,
  type EventDefinition,
  type JsonSchema,
  type PersonalDefinition,
  type PersonalOf,
} from './event-contract.js'
export { eventTypeParts, longestEventType, type EventTypeParts } from './event-type.js'
export { personalMembers } from './personal-members.js'
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
