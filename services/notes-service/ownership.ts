import { checkpointSigned, defineService, immutable, mutable } from '@freehold/manifest'
import {
  AccountClosed,
  NoteCreated,
  NoteDeleted,
  NoteRestored,
  NoteRevised,
  ProfileChanged,
} from '@notes/contracts'

/** Notes, and every revision of them. */
export const notesService = defineService({
  name: 'notes',
  database: 'notes_db',
  owns: {
    notes: mutable({
      history: 'note_history',
      personal: { subject: 'author_id', fields: ['title', 'body', 'tags'] },
    }),
    note_history: immutable({ kind: 'history' }),
    idempotency_keys: mutable(),
    audit_log: immutable({ kind: 'audit' }),
    authors: mutable({
      projection: { of: { user: [ProfileChanged] }, staleness: '5s' },
      personal: { subject: 'id', fields: ['display_name', 'avatar_url'] },
    }),
    events: immutable({ kind: 'events' }),
    witnesses: immutable({ kind: 'witness' }),
    erasures: immutable({ kind: 'erasure' }),
  },
  publishes: [NoteCreated, NoteRevised, NoteDeleted, NoteRestored, checkpointSigned('notes')],
  consumes: {
    user: [ProfileChanged, checkpointSigned('user')],
    auth: [AccountClosed, checkpointSigned('auth')],
  },
  references: { 'notes.author_id': 'user.profiles' },
})
