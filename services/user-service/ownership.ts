import { defineService, immutable, mutable } from '@freehold/manifest'
import { AccountRegistered, ProfileChanged } from '@notes/contracts'

/** What people say of themselves. */
export const userService = defineService({
  name: 'user',
  database: 'user_db',
  owns: {
    profiles: mutable({ history: 'profile_history' }),
    profile_history: immutable({ kind: 'history' }),
    audit_log: immutable({ kind: 'audit' }),
    events: immutable({ kind: 'events' }),
  },
  publishes: [ProfileChanged],
  consumes: { auth: [AccountRegistered] },
  references: { 'profiles.id': 'auth.credentials' },
})
