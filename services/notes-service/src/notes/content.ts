import { defaultFormat } from './format.js'
import type { NoteRow } from './note.js'
import type { NoteInput, NotePatch } from './note-schema.js'

/** What an author writes of a note; the rest is the service's. */
export type NoteContent = Pick<NoteRow, 'title' | 'body' | 'tags' | 'format'>

/** A whole note from what was sent, with the defaults where something was left out. */
export function contentOf(input: NoteInput): NoteContent {
  return {
    title: input.title,
    body: input.body ?? '',
    tags: setOf(input.tags ?? []),
    format: input.format ?? defaultFormat,
  }
}

/** The columns that a merge patch changes. Empty when it changes nothing. */
export function changesOf(patch: NotePatch): Partial<NoteContent> {
  return {
    ...(patch.title !== undefined && { title: patch.title }),
    ...(patch.body !== undefined && { body: patch.body ?? '' }),
    ...(patch.tags !== undefined && { tags: setOf(patch.tags ?? []) }),
    ...(patch.format !== undefined && { format: patch.format ?? defaultFormat }),
  }
}

function setOf(tags: readonly string[]): string[] {
  return [...new Set(tags)]
}
