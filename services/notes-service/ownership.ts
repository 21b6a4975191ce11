import { defineService, immutable, mutable } from '@freehold/manifest'

/** Notes, and every revision of them. */
export const notesService = defineService({
  name: 'notes',
  database: 'notes_db',
  owns: {
    notes: mutable({ history: 'note_history' }),
    note_history: immutable({ kind: 'history' }),
    idempotency_keys: mutable(),
    audit_log: immutable({ kind: 'audit' }),
  },
  references: { 'notes.author_id': 'user.profiles' },
})
