/** Errors of `freehold check`. With each of them, nothing was checked. */
export const checkingErrors = {
  FREEHOLD_CHECK_NO_SUCH_RELEASE: {
    meaning: 'A release was named that the service does not have.',
    fix: 'Name one that lies in the folder `releases` of the service, or release it with `freehold release`.',
  },
} as const
