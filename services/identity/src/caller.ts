/** Who sent a request, as the access token says. */
export interface Caller {
  /** The id that the auth-service gave at registration. */
  readonly userId: string
  /** The session that the token was issued for. */
  readonly sessionId: string
  /** The display name given at registration. */
  readonly name: string
  /** Until when the token is good. */
  readonly expiresAt: Date
}
