/** What the tokens with which services prove themselves to one another look like. */
export const tokenFormat = {
  /** The only signature there is, whatever a token's header asks for. */
  algorithm: 'EdDSA',
  /** Seconds that a token may be good for. */
  lifetime: 60,
  /** Seconds by which the clocks of two machines may differ. */
  clockTolerance: 5,
  /** No token of ours comes near it; it bounds the work that a stranger can cause. In characters. */
  longest: 8192,
} as const

/** The audience of a token for a service. */
export function audienceOf(service: string): string {
  return `freehold:${service}`
}
