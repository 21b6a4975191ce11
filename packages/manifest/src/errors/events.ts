/** Errors of events, of what carries them and of those who consume them. */
export const eventErrors = {
  FREEHOLD_EVENT_UNKNOWN: {
    meaning: 'No sealed event has this position or id.',
    fix: 'Look with `freehold events list`; what was appended just now is sealed while its service runs.',
  },
  FREEHOLD_EVENTS_CURSOR_FORKED: {
    meaning:
      'A consumer has read further than the publisher has sealed, or from another life of its log: the database was restored, promoted or copied.',
    fix: 'Decide whether what was read in the other life still counts; then set the cursor to `details.forkPosition`, where the two lives part, or to the end: `freehold consumers move <service> <consumer> --to <position|end> --why …`, and start the consumer again.',
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
  FREEHOLD_CONSUMER_UNKNOWN: {
    meaning: 'A consumer was named that has never run in this database, or more than one is meant.',
    fix: '`freehold consumers list` shows those that there are. Say with --source whose events are meant where there are several.',
  },
  FREEHOLD_CONSUMER_IN_USE: {
    meaning: 'A consumer was to be moved while a process held lanes of it. Nothing was changed.',
    fix: 'Stop the processes of the consumer, or wait until the lease of one that was killed is over, and move it then.',
  },
  FREEHOLD_CONSUMER_REASON_MISSING: {
    meaning: 'A consumer was to be moved, and nobody stands for it.',
    fix: 'Say who does it, and why: it is kept with the move.',
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
  FREEHOLD_PROJECTION_INVALID: {
    meaning: 'A projection was started with options that do not fit the manifest.',
    fix: "Mend what the message names. What a projection is made of is in the `projection` of its table in the service's ownership.ts.",
  },
  FREEHOLD_PROJECTION_NOT_FOUND: {
    meaning:
      'A projection has no build of the kind that was asked for: none beside it, or none that was replaced.',
    fix: '`freehold projections list` shows its builds. One is begun by `rebuild`, and kept after a `swap` until it is discarded.',
  },
  FREEHOLD_PROJECTION_RETIRED: {
    meaning: 'A rebuild was to begin while the build that was replaced last is still kept for a rollback.',
    fix: 'Discard that one first: then there is no way back to it.',
  },
  FREEHOLD_PROJECTION_OBSTACLES: {
    meaning:
      'A projection cannot be built beside itself, because its table has, or is used by, what a copy cannot have.',
    fix: 'Remove what the message names in a migration: views, foreign keys, triggers and policies of its own, counting defaults.',
  },
  FREEHOLD_PROJECTION_CHANGED: {
    meaning:
      'The table of a projection has other columns than the build beside it: a migration has changed it since.',
    fix: 'Discard that build, and begin a new one.',
  },
  FREEHOLD_PROJECTION_BEHIND: {
    meaning:
      'A rebuild does not stand where the live build stands, and so they cannot be compared or exchanged.',
    fix: 'Wait until it has caught up: its state says how far it is, and why it stands still if it does.',
  },
  FREEHOLD_PROJECTION_UNVERIFIED: {
    meaning: 'A rebuild was to be swapped with the digest of something else than it says now.',
    fix: 'Verify it again, and swap while the verification holds both builds (`holdMs`): events that came since have changed it.',
  },
  FREEHOLD_PROJECTION_IN_USE: {
    meaning:
      'Others have the table of a projection in transactions that do not end, so it could not be exchanged or dropped.',
    fix: 'Try again. If it stays, look in pg_stat_activity for who is idle in a transaction.',
  },
  FREEHOLD_PROJECTION_MOVED: {
    meaning:
      'A build of a projection was swapped, rolled back or discarded while an event was applied to it: nothing of it was stored.',
    fix: 'Nothing: whoever applies events notices it, and goes on where the build is now.',
  },
  FREEHOLD_PROJECTION_SIDE_EFFECT: {
    meaning:
      'A handler of a projection reads or writes another table, or appends an event: that must not happen again in a rebuild, which stands still.',
    fix: 'Let the handler write the table of the projection alone. What else follows from an event belongs into a consumer of its own.',
  },
  FREEHOLD_PARKED_UNKNOWN: {
    meaning: 'Something was to be done to a parked event that is not there, or is settled already.',
    fix: '`freehold parked list` shows what waits, `freehold parked show` what became of a key: it may have been applied or discarded meanwhile.',
  },
  FREEHOLD_PARKED_REASON_MISSING: {
    meaning: 'Something was to be done to a parked event, and nobody stands for it.',
    fix: 'Say who does it, and why.',
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
  FREEHOLD_EVENTS_ARCHIVED: {
    meaning: 'Events were asked for that have been taken out of the log, into an archive.',
    fix: 'Begin at `details.firstPosition` or later: `freehold consumers move <service> <consumer> --to start --why …` sets a consumer there, which is then started again. What was before it is in the files that `freehold logs list` names.',
  },
  FREEHOLD_ARCHIVE_REFUSED: {
    meaning: 'A part of a log was to be archived that somebody still needs, or that is not sealed.',
    fix: 'The message says who is behind, and by how much. Let them catch up, and back up what no backup has; of a consumer that is gone for good, delete the rows of `freehold.consumer_lane` and `freehold.consumer`.',
  },
  FREEHOLD_ARCHIVE_BUSY: {
    meaning: 'A partition could not be taken out of its log, because transactions kept the log in use.',
    fix: 'Let the transactions that the message names come to their end, or end them, and try again. Nothing was taken out, and the file is written anew.',
  },
  FREEHOLD_ARCHIVE_DIFFERS: {
    meaning:
      'An archive file is not what it must be: what was read back differs from the table, or from what the database recorded.',
    fix: 'Keep both, and look at the disk. While archiving, nothing was taken out of the log.',
  },
} as const
