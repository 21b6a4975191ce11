/** Errors of the runtime of a service. */
export const runtimeErrors = {
  FREEHOLD_VERSION_CONFLICT: {
    meaning: 'The row moved on since it was read: somebody else wrote first.',
    fix: 'Read the current row (the error carries it), decide again, and write with its version.',
  },
  FREEHOLD_ENTITY_NOT_FOUND: {
    meaning: 'There is no row with that key, or none in the scope that was asked for.',
    fix: 'Answer 404, or insert the row first.',
  },
  FREEHOLD_HISTORY_NOT_DECLARED: {
    meaning: 'Revisions were asked of a table that keeps none.',
    fix: "Declare the table with a history: mutable({ history: '…' }), and the log beside it.",
  },
  FREEHOLD_COLUMN_UNKNOWN: {
    meaning: 'A statement names a column that was not declared to the entity or log.',
    fix: 'Add the column to `columns`, or mend the name.',
  },
  FREEHOLD_COLUMN_MANAGED: {
    meaning:
      'A statement sets a column that the database itself keeps: the key, the version, a time, a place.',
    fix: 'Leave the column out.',
  },
  FREEHOLD_VERSION_UNKNOWN: {
    meaning: 'A service is to be recorded, and it is not known in which version it runs.',
    fix: 'Give its package.json a `version`, or pass `recording: { service, version }` to connect.',
  },
  FREEHOLD_VERSION_NOT_ADVANCED: {
    meaning: 'A write did not move the version of a row on by exactly one, and the database refused it.',
    fix: 'Write through the entity, or set version = version + 1 and compare the version that was read.',
  },
  FREEHOLD_KEY_CHANGED: {
    meaning: 'A write changed the key of a row, and the database refused it.',
    fix: 'Insert a row with the new key, and delete the old one.',
  },
  FREEHOLD_LOG_IMMUTABLE: {
    meaning:
      'A statement would have changed or removed rows of a log, or set a column that the log itself keeps.',
    fix: 'Append a row that says what is different now. Rows of a log stay as they are.',
  },
  FREEHOLD_LOG_NOT_SEALED_HERE: {
    meaning: 'A sealer was asked about a log that it was told to leave out.',
    fix: 'Name the log in the `logs` of startSealer, or leave them out to seal all logs of the service.',
  },
  FREEHOLD_PERMISSION_DENIED: {
    meaning: "The service's role may not do this.",
    fix: 'Use what the service owns; if it owns this table, run `freehold plan` to see which grant is missing.',
  },
  FREEHOLD_DATABASE_UNAVAILABLE: {
    meaning: 'The database cannot be reached, is starting or stopping, or has no connection left.',
    fix: 'Try again: connections are made anew by themselves. If it stays, look at the server and its log.',
  },
  FREEHOLD_OUTCOME_UNKNOWN: {
    meaning: 'The connection broke after a write was sent and before it was acknowledged.',
    fix: 'Read before writing again: the write either happened as a whole or not at all.',
  },
  FREEHOLD_CREDENTIALS_REFUSED: {
    meaning: 'The server refused the credentials, also after they were read anew.',
    fix: 'Run `freehold plan`, or `freehold credentials rotate` for the service.',
  },
  FREEHOLD_CONNECTION_STRING_UNREADABLE: {
    meaning: 'The connection string could not be read, or is none.',
    fix: 'Point DATABASE_URL_FILE at a file with DATABASE_URL=postgres://…, readable by this process.',
  },
  FREEHOLD_SERIALIZATION_FAILURE: {
    meaning: 'Concurrent transactions got in the way of each other, and the database undid this one.',
    fix: 'Run the transaction again; transaction(work, { retries }) does it for you.',
  },
  FREEHOLD_STATEMENT_TIMEOUT: {
    meaning: 'A statement ran longer than allowed, or was cancelled.',
    fix: 'Look for what it waited for; raise statementTimeoutMs only for work that is meant to be slow.',
  },
  FREEHOLD_TRANSACTION_TIMEOUT: {
    meaning:
      'The database ended a transaction, because it was left without a statement, or open, for longer than is allowed. Nothing of it was stored.',
    fix: 'Do before the transaction what takes long and is no statement. A handler of events must not pause for its leaseMs.',
  },
  FREEHOLD_TRANSACTION_ENDED: {
    meaning: 'A transaction was used after it had ended.',
    fix: 'Await every query inside the function given to transaction(), and keep the handle inside it.',
  },
  FREEHOLD_TRANSACTION_NESTED: {
    meaning: 'A transaction was begun inside another.',
    fix: 'Pass the transaction that is open to the code that needs one.',
  },
  FREEHOLD_TRANSACTION_CONTROL: {
    meaning: 'A transaction was begun or ended with a statement of its own.',
    fix: 'Use transaction(): it commits when the work resolves and rolls back when it rejects.',
  },
  FREEHOLD_TRANSACTION_ABORTED: {
    meaning:
      'A statement failed, its error was caught, and the transaction went on: nothing of it was stored.',
    fix: 'Let the error reject the work, or set a savepoint before a statement that may fail.',
  },
  FREEHOLD_TRANSACTION_READ_ONLY: {
    meaning: 'A write was sent in a transaction that is read only.',
    fix: 'Begin it without readOnly.',
  },
  FREEHOLD_STREAMING_UNSUPPORTED: {
    meaning: 'Rows were to be streamed with a cursor, which pipelined connections do not have.',
    fix: 'Read in pages by key, or open a connection of its own for the export.',
  },
  FREEHOLD_SERVICE_TOKEN_INVALID: {
    meaning:
      'A request came with a token that does not prove which service is asking; details.reason says why.',
    fix: 'Answer 401. If the asking service is one of the system, look at its clock, and whether both have the keys of the last `freehold apply`.',
  },
  FREEHOLD_SERVICE_IDENTITY_UNREADABLE: {
    meaning:
      'The file of a service’s own key, or that of the public keys of all, is missing, damaged, or another service’s.',
    fix: 'Point SERVICE_IDENTITY_FILE and SERVICE_KEYS_FILE at the files that `freehold apply` made. Remove one that is damaged, and apply again.',
  },
  FREEHOLD_ENVIRONMENT_INVALID: {
    meaning: 'A service cannot start with the environment that it was given.',
    fix: 'Set what the message names: it lists everything that is missing or impossible.',
  },
  FREEHOLD_PEER_UNAVAILABLE: {
    meaning:
      'Another service that was asked for its data did not answer, not in time, or with an error of its own.',
    fix: 'Go on without it and name what is missing, as the declared fallback says. If it stays, look at that service.',
  },
  FREEHOLD_PEER_UNREADABLE: {
    meaning: 'What another service answered is not what was asked for.',
    fix: 'See that its address is right, and that both services run versions that go together.',
  },
} as const
