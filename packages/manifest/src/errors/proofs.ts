/** Errors of seals, proofs and those who verify them. */
export const proofErrors = {
  FREEHOLD_PROOF_UNREADABLE: {
    meaning: 'Something that was given as a proof, a checkpoint or a key has not the form of one.',
    fix: 'Take it as it was downloaded or printed, and change nothing of it.',
  },
  FREEHOLD_PROOF_WRONG: {
    meaning: 'A proof does not show what it is said to show.',
    fix: 'See that it is of the same log, and that row, proof and checkpoint were not changed. If they were not, the log was.',
  },
  FREEHOLD_PROOF_NONE: {
    meaning: 'There is no proof of what was asked: it is not signed yet, was archived, or is not there.',
    fix: 'Ask for a position that `freehold verify` counts as signed. What was sealed just now is signed while its service runs.',
  },
  FREEHOLD_EXPORT_UNREADABLE: {
    meaning: 'A file is no export of a log, or not all of one, so nothing can be said of the log.',
    fix: 'Copy or download it again, or make it anew with `freehold logs export`.',
  },
  FREEHOLD_SEAL_BROKEN: {
    meaning: 'What was sealed or signed of a log is no longer there as it was.',
    fix: 'Run `freehold verify`, which names what was changed, and keep the database as it is until somebody has looked.',
  },
  FREEHOLD_SEAL_KEY_UNREADABLE: {
    meaning: 'The file of a key with which seals are signed, or of the public ones, holds something else.',
    fix: 'The message says what to do with the file.',
  },
  FREEHOLD_WITNESS_LOG_MISSING: {
    meaning: 'A service is to keep the checkpoints of another, and has declared no log for them.',
    fix: "Declare it in the service's ownership.ts, `witnesses: immutable({ kind: 'witness' })`, and create it in a migration.",
  },
} as const
