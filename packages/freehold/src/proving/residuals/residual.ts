/** What SQL cannot prevent on a server, said with what can. */
export interface Residual {
  readonly id: string
  /** `host:port`. */
  readonly server: string
  /** "One service can fill the lock table of all". */
  readonly what: string
  /** "Needs a server of its own", or why it is accepted. */
  readonly verdict: string
  /** What a look just now has shown; absent where nothing can be looked at. */
  readonly watchdog?: { readonly isHappening: boolean; readonly says: string }
}
