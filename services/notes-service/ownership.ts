import { checkpointSigned, defineService, immutable, mutable } from '@freehold/manifest'
import { NoteCreated, NoteDeleted, NoteRestored, NoteRevised, ProfileChanged } from '@notes/contracts'

/** Notes, and every revision of them. */
export const notesService = defineService({
  name: 'notes',
  database: 'notes_db',
  owns: {
    notes: mutable({ history: 'note_history' }),
    note_history: immutable({ kind: 'history' }),
    idempotency_keys: mutable(),
    audit_log: immutable({ kind: 'audit' }),
    authors: mutable({ projection: { of: { user: [ProfileChanged] }, staleness: '5s' } }),
    events: immutable({ kind: 'events' }),
    witnesses: immutable({ kind: 'witness' }),
  },
  publishes: [NoteCreated, NoteRevised, NoteDeleted, NoteRestored, checkpointSigned('notes')],
  consumes: { user: [ProfileChanged, checkpointSigned('user')], auth: [checkpointSigned('auth')] },
  references: { 'notes.author_id': 'user.profiles' },
})
