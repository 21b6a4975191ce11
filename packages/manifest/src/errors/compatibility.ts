/** Errors of shadows and of the compatibility gate. With each of them, nothing was checked. */
export const compatibilityErrors = {
  FREEHOLD_SHADOW_NO_SERVER: {
    meaning: 'A shadow database is needed to try things on, and there is no server for it.',
    fix: 'Install @freehold/embedded beside freehold, or set FREEHOLD_SHADOW_URL to a superuser of a server that holds nothing else.',
  },
  FREEHOLD_SHADOW_SERVER_IN_USE: {
    meaning:
      'The server for shadows holds roles of services that log in with passwords of their own: it is in use.',
    fix: 'Let FREEHOLD_SHADOW_URL lead to a server that holds nothing else, or unset it for an embedded one.',
  },
  FREEHOLD_COMPATIBILITY_NO_ROLE: {
    meaning:
      'The role that a service runs as is not there, so its statements cannot be tried with its rights.',
    fix: 'Name the role that the service logs in as; in a system, apply the manifest first.',
  },
} as const
