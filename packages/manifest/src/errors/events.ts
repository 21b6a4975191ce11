/** Errors of events, of what carries them and of those who consume them. */
export const eventErrors = {
  FREEHOLD_EVENTS_NOT_READ: {
    meaning: 'The command line could not read the events of a service with the credentials of its app role.',
    fix: 'The message says what the database answered: apply the manifest and the migrations, and see that the server can be reached.',
  },
  FREEHOLD_EVENT_UNKNOWN: {
    meaning: 'No sealed event has this position or id.',
    fix: 'Look with `freehold events list`; what was appended just now is sealed while its service runs.',
  },
  FREEHOLD_EVENTS_CURSOR_FORKED: {
    meaning:
      'A consumer has read further than the publisher has sealed, or from another life of its log: the database was restored, promoted or copied.',
    fix: 'Decide whether what was read in the other life still counts; then set the cursor to where the two lives part, or to the end.',
  },
  FREEHOLD_EVENTS_REFUSED: {
    meaning: 'The publisher does not let this service read its events.',
    fix: "Name the events in the `consumes` of the service's ownership.ts, apply, and look at the identity files of both.",
  },
  FREEHOLD_EVENTS_UNAVAILABLE: {
    meaning: 'The publisher of events cannot be reached now.',
    fix: 'Nothing: it is tried again. If it stays, look at the publishing service.',
  },
  FREEHOLD_EVENTS_UNREADABLE: {
    meaning:
      'What a publisher sent is not an event as CloudEvents 1.0 has it, with the attributes that Freehold adds.',
    fix: 'See that the address is that of a Freehold feed and that nothing on the way changes what it sends.',
  },
  FREEHOLD_EVENT_LOG_MISSING: {
    meaning: 'A service that has no log of events was to append one.',
    fix: "Declare it in the service's ownership.ts, `events: immutable({ kind: 'events' })`, and create it in a migration.",
  },
  FREEHOLD_EVENT_NOT_PUBLISHED: {
    meaning: 'An event was to be appended whose contract the service does not publish.',
    fix: "Name the contract in the `publishes` of the service's ownership.ts, or append one that is there.",
  },
  FREEHOLD_EVENT_INVALID: {
    meaning: 'An event does not fit its contract, and was not appended.',
    fix: 'Mend what `details.problems` points at. What a contract does not allow needs a new version of it.',
  },
  FREEHOLD_EVENT_TOO_LARGE: {
    meaning: 'The data of an event is more than 262,144 bytes of JSON, and was not appended.',
    fix: 'Store what is big, and let the event tell where it is.',
  },
  FREEHOLD_EVENT_OUTSIDE_TRANSACTION: {
    meaning:
      'An event was to be appended by itself. It can then be lost, or tell of what never happened, so it is refused.',
    fix: 'Change the data and append the event in one transaction; where it is not recognised as one, in this order.',
  },
  FREEHOLD_ADAPTER_UNSUPPORTED: {
    meaning: 'A library was to run statements of Freehold on a connection that is not known.',
    fix: 'Give the database or transaction of Drizzle over pg or postgres.js. For another driver, pass `{ query(text, values) }`, which is all that appending needs.',
  },
  FREEHOLD_UPCASTERS_AMBIGUOUS: {
    meaning: 'Upcasters leave open what an older version of an event becomes.',
    fix: 'Give each type one upcaster, to the version after it, and none to the newest.',
  },
  FREEHOLD_CONSUMER_INVALID: {
    meaning: 'A consumer was started with options that do not fit each other or the manifest.',
    fix: 'Mend what the message names. What a service may hear is in the `consumes` of its ownership.ts.',
  },
  FREEHOLD_CONSUMER_LANES_CHANGED: {
    meaning:
      'A consumer was started with another number of lanes than it has. Its cursors are kept by lane, so the number stays.',
    fix: 'Start it with the number that it has. For another, start a consumer of a new name, which begins at the first event.',
  },
  FREEHOLD_CONSUMER_HANDLER_MISSING: {
    meaning: 'An event came of a type that the consumer asked for and has no handler for.',
    fix: 'Add a handler for the type; where `lift` makes it of an older one, for what it becomes.',
  },
  FREEHOLD_CONSUMER_FENCED: {
    meaning:
      'A lane of a consumer went to another process, or its parked events were changed, while an event was handled: nothing of it was stored.',
    fix: 'Nothing: whoever holds the lane handles the event.',
  },
  FREEHOLD_CONSUMER_UNRECORDED: {
    meaning: 'A consumer cannot write its cursor or what it parks, and so it handles nothing.',
    fix: 'Run `freehold plan`: the tables of consumers, or the rights to them, may be missing in this database.',
  },
  FREEHOLD_PARKED_UNKNOWN: {
    meaning: 'Something was to be done to a parked event that is not there, or is settled already.',
    fix: 'List what is parked, and look at the key: it may have been applied or discarded meanwhile.',
  },
  FREEHOLD_PARKED_REASON_MISSING: {
    meaning: 'Something was to be done to a parked event, and nobody stands for it.',
    fix: 'Say who does it, and why.',
  },
  FREEHOLD_EVENTS_ARCHIVED: {
    meaning: 'Events were asked for that have been taken out of the log, into an archive.',
    fix: 'Begin at `details.firstPosition` or later. What was before it is in the files that `freehold logs list` names.',
  },
  FREEHOLD_ARCHIVE_REFUSED: {
    meaning: 'A part of a log was to be archived that somebody still needs, or that is not sealed.',
    fix: 'The message says who is behind, and by how much. Let them catch up; of a consumer that is gone for good, delete the rows of `freehold.consumer_lane` and `freehold.consumer`.',
  },
  FREEHOLD_ARCHIVE_BUSY: {
    meaning: 'A partition could not be taken out of its log, because transactions kept the log in use.',
    fix: 'Try again. Nothing was taken out, and the file is written anew.',
  },
  FREEHOLD_ARCHIVE_DIFFERS: {
    meaning:
      'An archive file is not what it must be: what was read back differs from the table, or from what the database recorded.',
    fix: 'Keep both, and look at the disk. While archiving, nothing was taken out of the log.',
  },
} as const
