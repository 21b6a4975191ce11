/** Errors of personal data: its keys, its sealing, and its erasure. */
export const personalErrors = {
  FREEHOLD_SUBJECT_ERASED: {
    meaning: 'Something personal was to be kept of a subject that was forgotten.',
    fix: 'Nothing: a subject that was erased does not come back. Somebody who returns gets a new id.',
  },
  FREEHOLD_PERSONAL_UNREADABLE: {
    meaning:
      'A sealed personal value does not open: it was altered or moved, or its key is another or was lost.',
    fix: 'Run `freehold verify` to see whether the log was changed, and see that the service is given its own key store.',
  },
  FREEHOLD_PERSONAL_SUBJECT_MISSING: {
    meaning: 'A personal value has no subject, so nobody could have it erased.',
    fix: 'Give the column or the member that the manifest names as subject, or leave the value away.',
  },
  FREEHOLD_PERSONAL_UNSEALED: {
    meaning: 'A personal value was to be stored in a log or a history as it is, and was refused.',
    fix: 'Write it through an entity, a log or an event log of the runtime, whose connection has `keys`.',
  },
  FREEHOLD_PERSONAL_NOT_SEARCHABLE: {
    meaning: 'A log was to be searched by a personal value, of which it holds only ciphertext.',
    fix: 'Search by the subject or by another column, and compare what was read.',
  },
  FREEHOLD_KEY_STORE_MISSING: {
    meaning: 'Personal data is to be sealed or opened, and the connection was given no key store.',
    fix: 'Give `connect` the keys: `connect({ …, keys: await fileKeyStore({ … }) })`.',
  },
  FREEHOLD_KEY_STORE_UNAVAILABLE: {
    meaning: 'The store of the keys of personal data cannot be reached, or cannot be written.',
    fix: 'Try again when it is back; what was under way has not happened.',
  },
  FREEHOLD_KEY_STORE_UNREADABLE: {
    meaning: 'What a key store holds was damaged, or its keys are wrapped by another key-encryption key.',
    fix: 'Give the service the file of key-encryption keys that belongs to this store, or bring the damaged file back from the backup of the store.',
  },
  FREEHOLD_ERASURE_LOG_MISSING: {
    meaning: 'A service is to forget somebody, and has declared no log that says so.',
    fix: "Declare it in the service's ownership.ts, `erasures: immutable({ kind: 'erasure' })`, and create it in a migration.",
  },
  FREEHOLD_ERASURE_INCOMPLETE: {
    meaning: 'A service was asked to forget somebody, and rows about them are still in its tables.',
    fix: 'Mend what `startEraser` was given as `erase`: it must remove or empty all rows of the subject in the tables that the message names. It is tried again by itself.',
  },
  FREEHOLD_ERASURE_NOTHING_PERSONAL: {
    meaning: 'Somebody is to be erased, and the manifest says that nothing personal is kept.',
    fix: 'Mark what is personal in the ownership.ts of the services, `personal: { subject, fields }`, and give each a log of kind `erasure`.',
  },
  FREEHOLD_ERASURE_NOT_DONE: {
    meaning: 'A certificate is wanted of an erasure that is not done.',
    fix: 'Run `freehold erase`, see that the services run, and `freehold erasures list` for what they say.',
  },
} as const
