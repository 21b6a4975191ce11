import type { NewEvent } from '@freehold/runtime/events'
import { NoteCreated, NoteDeleted, NoteRestored, NoteRevised } from '@notes/contracts'
import type { Actor } from '../audit/audit.js'
import type { NoteRow } from './note.js'

/** What is told of a note: never what is in it. */
export type ToldNote = Pick<NoteRow, 'id' | 'author_id' | 'title' | 'version'>

/** What others hear when a note changed. */
export type NoteEvent = (actor: Actor, note: ToldNote) => NewEvent

/** The note was written. */
export function noteCreated({ causes }: Actor, note: ToldNote): NewEvent<typeof NoteCreated> {
  return { contract: NoteCreated, data: titled(note), ...causes }
}

/** Its title, body or tags are others. */
export function noteRevised({ causes }: Actor, note: ToldNote): NewEvent<typeof NoteRevised> {
  return { contract: NoteRevised, data: titled(note), ...causes }
}

/** It was deleted. */
export function noteDeleted({ causes }: Actor, note: ToldNote): NewEvent<typeof NoteDeleted> {
  return { contract: NoteDeleted, data: known(note), ...causes }
}

/** It had been deleted, and is there again. */
export function noteRestored({ causes }: Actor, note: ToldNote): NewEvent<typeof NoteRestored> {
  return { contract: NoteRestored, data: titled(note), ...causes }
}

function known({ id, author_id, version }: ToldNote) {
  return { noteId: id, authorId: author_id, version }
}

function titled(note: ToldNote) {
  return { ...known(note), title: note.title }
}
