import { checkpointSigned, defineService, immutable, mutable } from '@freehold/manifest'
import { AccountClosed, AccountRegistered } from '@notes/contracts'

/** Who may log in, and from where they are logged in. */
export const authService = defineService({
  name: 'auth',
  database: 'auth_db',
  owns: {
    credentials: mutable({ personal: { subject: 'id', fields: ['email', 'email_key', 'display_name'] } }),
    sessions: mutable({ personal: { subject: 'user_id', fields: ['user_agent', 'ip'] } }),
    signing_keys: mutable(),
    audit_log: immutable({ kind: 'audit', personal: { subject: 'subject', fields: ['origin'] } }),
    events: immutable({ kind: 'events' }),
    witnesses: immutable({ kind: 'witness' }),
    erasures: immutable({ kind: 'erasure' }),
  },
  publishes: [AccountRegistered, AccountClosed, checkpointSigned('auth')],
  consumes: { user: [checkpointSigned('user')], notes: [checkpointSigned('notes')] },
})
