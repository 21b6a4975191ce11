/** Errors of the manifest. */
export const manifestErrors = {
  FREEHOLD_MANIFEST_INVALID: {
    meaning: 'The manifest contradicts itself or names something that does not exist.',
    fix: 'Mend each problem listed; all of them are listed at once.',
  },
  FREEHOLD_MANIFEST_UNKNOWN_SERVICE: {
    meaning: 'A service was named that the manifest does not have.',
    fix: 'Use one of the names that `freehold manifest` prints.',
  },
  FREEHOLD_MANIFEST_UNKNOWN_TABLE: {
    meaning: 'A table was named that the service does not own, or not in that kind.',
    fix: 'Declare the table in the ownership.ts of the service, as mutable or immutable.',
  },
} as const
