import { checkpointSigned, defineService, immutable, mutable } from '@freehold/manifest'
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
    witnesses: immutable({ kind: 'witness' }),
  },
  publishes: [ProfileChanged, checkpointSigned('user')],
  consumes: { auth: [AccountRegistered, checkpointSigned('auth')], notes: [checkpointSigned('notes')] },
  references: { 'profiles.id': 'auth.credentials' },
})
