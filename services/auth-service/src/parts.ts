import type { Database } from '@freehold/runtime'
import type { Kysely } from 'kysely'
import type { Passwords } from './passwords/passwords.js'
import type { Tables } from './tables.js'
import type { AccessTokens } from './tokens/access-tokens.js'

/** What the service is made of; each function asks for those it uses. */
export interface Parts {
  /** For writes: a change and its audit row are one statement. */
  readonly database: Database
  /** For reads, and for transactions of several statements. */
  readonly kysely: Kysely<Tables>
  readonly passwords: Passwords
  readonly tokens: AccessTokens
  /** How long a session lasts that is not used, in milliseconds. */
  readonly sessionIdle: number
  /** The clock, in milliseconds since 1970. */
  readonly now: () => number
}
