import { defineEvent } from '@freehold/manifest'
import Type from 'typebox'
import { closed, id, version } from './members.js'

const note = { noteId: id, authorId: id, version }
/** Whoever may read the events has no key to what is in the notes. */
const personal = { subject: 'authorId', fields: ['title'], purpose: 'notes_events' } as const
const titled = { ...note, title: Type.String({ minLength: 1 }) }

/** Somebody wrote a note. */
export const NoteCreated = defineEvent({
  type: 'notes.note-created.v1',
  key: 'noteId',
  description: 'Somebody wrote a note.',
  data: Type.Object(titled, closed),
  personal,
})

/** A note's title, body or tags are others. */
export const NoteRevised = defineEvent({
  type: 'notes.note-revised.v1',
  key: 'noteId',
  description:
    'The author changed the title, the body or the tags of a note; the title is the one it has now.',
  data: Type.Object(titled, closed),
  personal,
})

/** A note is gone, until it is restored. */
export const NoteDeleted = defineEvent({
  type: 'notes.note-deleted.v1',
  key: 'noteId',
  description: 'The author deleted a note. It can be restored.',
  data: Type.Object(note, closed),
})

/** A deleted note is there again. */
export const NoteRestored = defineEvent({
  type: 'notes.note-restored.v1',
  key: 'noteId',
  description: 'The author restored a note that was deleted.',
  data: Type.Object(titled, closed),
  personal,
})
