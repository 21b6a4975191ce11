export {
  FreeholdError,
  isFreeholdError,
  errorRegistry,
  type ErrorCode,
  type ErrorEntry,
  type FreeholdErrorInit,
} from './errors/index.js'
export {
  canonicalContract,
  checkpointSigned,
  consumedContract,
  consumersOf,
  defineEvent,
  eventsLogOf,
  eventTypeParts,
  longestEventType,
  personalMembers,
  witnessesOf,
  witnessLogOf,
  type CheckpointSigned,
  type DataOf,
  type EventConsumer,
  type EventContract,
  type EventDefinition,
  type EventTypeParts,
  type JsonSchema,
  type PersonalDefinition,
  type PersonalOf,
} from './events/index.js'
export {
  databaseOf,
  historyFunctionOf,
  platformRole,
  platformSchema,
  projectionSchemasOf,
  rolesOf,
  type ServiceRoles,
} from './names.js'
export { logsOf } from './logs-of.js'
export { mergedStatements, type RecordedStatement, type RecordedStatements } from './recorded-statement.js'
export { reference, type Reference } from './reference.js'
export { defineService, type Service, type ServiceDefinition } from './service.js'
export {
  databasePerService,
  sharedDatabase,
  type DatabasePerService,
  type SharedDatabase,
  type Strategy,
} from './strategy.js'
export { defineSystem, serviceNamed, type System, type WrittenService } from './system.js'
export {
  immutable,
  mutable,
  type Duration,
  type ImmutableTable,
  type LogKind,
  type Personal,
  type LogPartition,
  type MutableTable,
  type ProjectionDefinition,
  type ProjectionSource,
  type Table,
} from './table.js'
export { contractProblems, validateSystem, type ManifestProblem } from './validation/index.js'
export {
  natsInbox,
  natsPermissions,
  natsPrefix,
  natsStream,
  natsSubject,
  natsSubjects,
  type NatsPermissions,
} from './events/index.js'
export { erasureLogOf, personalTablesOf, purposesOf, type PersonalTable } from './erasure-log.js'
