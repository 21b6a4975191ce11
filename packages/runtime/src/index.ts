export {
  connect,
  translateDatabaseError,
  type ConnectOptions,
  type CredentialSource,
  type Database,
  type NamedStatement,
  type Queryable,
  type QueryResult,
  type Transaction,
  type TransactionOptions,
} from './database/index.js'
export {
  EntityNotFound,
  VersionConflict,
  mutableEntity,
  type Appending,
  type EntityKey,
  type ExpectedVersion,
  type MutableEntity,
  type Revision,
  type Target,
  type Update,
} from './entities/index.js'
export {
  fromRow,
  immutableLog,
  type Append,
  type FromRow,
  type ImmutableLog,
  type LogEntry,
  type LogReading,
} from './logs/index.js'
export { json, type JsonValue } from './statements/json.js'
export {
  seal,
  startSealer,
  type Pace,
  type Sealed,
  type Sealer,
  type SealerOptions,
  type SealState,
} from './sealing/index.js'
