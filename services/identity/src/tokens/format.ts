/** What every access token of the notes system looks like; the auth-service signs them so. */
export const tokenFormat = {
  /** The only signature that is accepted, whatever a token's header asks for. */
  algorithm: 'EdDSA',
  /** RFC 9068: keeps any other kind of token from being used as an access token. */
  type: 'at+jwt',
  issuer: 'notes-auth',
  audience: 'notes-app',
  /** Seconds by which the clocks of two machines may differ. */
  clockTolerance: 5,
} as const
