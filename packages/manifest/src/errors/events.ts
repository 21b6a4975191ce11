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
} as const
