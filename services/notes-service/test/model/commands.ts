import fc from 'fast-check'
import type { NoteFormat } from '../../src/notes/format.js'
import { create } from './create-command.js'
import { aim, content, patch, showAim, type Command } from './inputs.js'
import type { Content, ModelNote } from './model.js'
import { asOf, look } from './read-commands.js'
import { write } from './write-command.js'

/** Every command of the model: what each does to a note, and what the service must answer. */
export const anyCommand: fc.Arbitrary<Command>[] = [
  fc.tuple(content, fc.constantFrom(0 as const, 1 as const)).map(([wanted, who]) => create(wanted, who)),
  fc.tuple(aim, content).map(([to, wanted]) =>
    write(`put ${showAim(to)}`, to, {
      outcome: (note) => ({ content: wanted, deleted: false, blocked: note.now.deleted }),
      act: (person, note, etag) => person.put(note.id, etag, wanted),
    }),
  ),
  fc.tuple(aim, patch).map(([to, changes]) =>
    write(`patch ${showAim(to)} ${fc.stringify(changes)}`, to, {
      outcome: (note) => ({
        content: merged(note.now.content, changes),
        deleted: false,
        blocked: note.now.deleted,
        same: Object.keys(changes).length === 0,
      }),
      act: (person, note, etag) => person.patch(note.id, etag, changes),
    }),
  ),
  aim.map((to) =>
    write(`delete ${showAim(to)}`, to, {
      outcome: (note) => ({ content: note.now.content, deleted: true, blocked: note.now.deleted }),
      act: (person, note, etag) => person.delete(note.id, etag),
    }),
  ),
  fc.tuple(aim, fc.nat(8)).map(([to, back]) =>
    write(`restore ${showAim(to)} ${back}`, to, {
      outcome: (note) => {
        const known = wantedVersion(note, back) <= note.version
        const { content } = known ? note.stateAt(wantedVersion(note, back)) : note.now
        return { content, deleted: false, blocked: !known }
      },
      act: (person, note, etag) => person.restore(note.id, etag, wantedVersion(note, back)),
    }),
  ),
  fc
    .tuple(aim, fc.nat(20), fc.constantFrom(-1, 0, 1))
    .map(([to, version, shift]) => asOf(to, version, shift)),
  aim.map((to) => look(to)),
]

/** A version of the note, or the first that it does not have. */
function wantedVersion(note: ModelNote, back: number): number {
  return 1 + (back % (note.version + 1))
}

function merged(
  before: Content,
  changes: { title?: string; body?: string | null; tags?: string[] | null; format?: NoteFormat | null },
): Content {
  return {
    title: changes.title ?? before.title,
    body: changes.body === undefined ? before.body : (changes.body ?? ''),
    tags: changes.tags === undefined ? before.tags : (changes.tags ?? []),
    format: changes.format === undefined ? before.format : (changes.format ?? 'plain'),
  }
}
