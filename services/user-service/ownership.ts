import { defineService, immutable, mutable } from '@freehold/manifest'

/** What people say of themselves. */
export const userService = defineService({
  name: 'user',
  database: 'user_db',
  owns: {
    profiles: mutable({ history: 'profile_history' }),
    profile_history: immutable({ kind: 'history' }),
    audit_log: immutable({ kind: 'audit' }),
  },
  references: { 'profiles.id': 'auth.credentials' },
})
