import type { ProfileRow } from './profiles/profile.js'

/** The tables that this service reads with Kysely. */
export interface UserDatabase {
  profiles: ProfileRow
}
