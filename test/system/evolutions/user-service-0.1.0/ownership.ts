import { checkpointSigned, defineService, immutable, mutable } from '@freehold/manifest'
import { AccountClosed, AccountRegistered, ProfileChanged } from '@notes/contracts'

/** What people say of themselves. */
export const userService = defineService({
  name: 'user',
  database: 'user_db',
  owns: {
    profiles: mutable({
      history: 'profile_history',
      personal: { subject: 'id', fields: ['display_name', 'bio', 'avatar_url'] },
    }),
    profile_history: immutable({ kind: 'history' }),
    audit_log: immutable({ kind: 'audit' }),
    events: immutable({ kind: 'events' }),
    witnesses: immutable({ kind: 'witness' }),
    erasures: immutable({ kind: 'erasure' }),
  },
  publishes: [ProfileChanged, checkpointSigned('user')],
  consumes: {
    auth: [AccountRegistered, AccountClosed, checkpointSigned('auth')],
    notes: [checkpointSigned('notes')],
  },
  references: { 'profiles.id': 'auth.credentials' },
})
