import { checkpointSigned, defineService, immutable, mutable } from '@freehold/manifest'
import { AccountRegistered } from '@notes/contracts'

/** Who may log in, and from where they are logged in. */
export const authService = defineService({
  name: 'auth',
  database: 'auth_db',
  owns: {
    credentials: mutable(),
    sessions: mutable(),
    signing_keys: mutable(),
    audit_log: immutable({ kind: 'audit' }),
    events: immutable({ kind: 'events' }),
    witnesses: immutable({ kind: 'witness' }),
  },
  publishes: [AccountRegistered, checkpointSigned('auth')],
  consumes: { user: [checkpointSigned('user')], notes: [checkpointSigned('notes')] },
})
