/** Errors of events, of what carries them and of those who consume them. */
export const eventErrors = {
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
  FREEHOLD_EVENTS_STREAM_FORKED: {
    meaning:
      'The stream of a broker holds events that the log of the service does not: the database was restored to an earlier state, or somebody else wrote to the stream. Nothing more is carried into it.',
    fix: 'Delete the stream (`nats stream rm`) and start the service again: the stream is begun anew from the log, and every consumer whose cursor is of the other life says so.',
  },
  FREEHOLD_EVENTS_NOT_CARRIED: {
    meaning:
      'A broker does not take the events of a service now. They stay in its log, and it is tried again.',
    fix: 'See that the broker runs, that the stream is not full, and that the service may publish to its subjects.',
  },
  FREEHOLD_NATS_PREFIX_INVALID: {
    meaning: 'What all subjects in NATS are to begin with is not one token.',
    fix: 'Use letters, digits, "-" and "_", and the same for publishers and consumers.',
  },
} as const
