import {
  fromRow,
  immutableLog,
  mutableEntity,
  type Append,
  type Database,
  type ExpectedVersion,
  type Queryable,
  type Revision,
} from '@freehold/runtime'
import { notesService } from '../../ownership.js'
import type { Actor, AuditRow } from '../audit/audit.js'
import type { NoteContent } from './content.js'
import { noteColumns, type NoteRow } from './note.js'

/** Which note is changed, on which condition, by whom. */
export interface NoteChange {
  readonly actor: Actor
  readonly id: string
  /** The version that the author saw. */
  readonly expected: ExpectedVersion
}

/** An author's notes, one at a time. Every write carries its history row and its audit row with it. */
export interface NoteStore {
  /** A note that is not deleted. */
  find(authorId: string, id: string): Promise<NoteRow | undefined>
  /** A note, deleted or not. */
  findAny(authorId: string, id: string): Promise<NoteRow | undefined>
  /** Makes a note, on the given connection or transaction. */
  create(db: Queryable, actor: Actor, id: string, content: NoteContent): Promise<NoteRow>
  /** The note as it is, on the same conditions as a change of it. */
  check(change: NoteChange): Promise<NoteRow>
  /** Writes the given columns of a note that is not deleted. */
  change(
    change: NoteChange,
    action: 'note.replaced' | 'note.patched',
    set: Partial<NoteContent>,
  ): Promise<NoteRow>
  /** Marks a note as deleted; returns its tombstone. */
  remove(change: NoteChange): Promise<NoteRow>
  /** Writes a note as it was, and brings it back when it was deleted. */
  restore(change: NoteChange, content: NoteContent, from: number): Promise<NoteRow>
  /** One revision of a note, whoever the author is. */
  revision(db: Queryable, id: string, version: number): Promise<Revision<NoteRow> | undefined>
  /** Revisions of a note, newest first, whoever the author is. */
  revisions(id: string, page: { before?: number; limit: number }): Promise<Revision<NoteRow>[]>
  /** What a note was at an instant, whoever the author is. */
  asOf(id: string, instant: Date): Promise<Revision<NoteRow> | undefined>
}

/**
 * The notes in a database.
 *
 * Writes throw the runtime's `VersionConflict` and `EntityNotFound`; to a stranger a note is not found.
 */
export function noteStore(database: Database): NoteStore {
  const notes = mutableEntity<NoteRow>(notesService, 'notes', { columns: noteColumns })
  const audit = immutableLog<AuditRow>(notesService, 'audit_log', {
    columns: ['actor', 'action', 'entity', 'entity_id', 'version', 'request_id', 'detail'],
  })

  const entry = (actor: Actor, action: string, detail: object = {}): Append =>
    audit.entry({
      actor: actor.userId,
      action,
      entity: 'notes',
      entity_id: fromRow('id'),
      version: fromRow('version'),
      request_id: actor.requestId,
      detail,
    })
  const present = (authorId: string): Partial<NoteRow> => ({ author_id: authorId, deleted_at: null })

  async function revision(
    db: Queryable,
    id: string,
    version: number,
  ): Promise<Revision<NoteRow> | undefined> {
    const [found] = await notes.history(db, id, { version, limit: 1 })
    return found
  }

  return {
    find: (authorId, id) => notes.find(database, id, { where: present(authorId) }),
    findAny: (authorId, id) => notes.find(database, id, { where: { author_id: authorId } }),
    create: (db, actor, id, content) =>
      notes.insert(
        db,
        { id, author_id: actor.userId, ...content },
        { append: [entry(actor, 'note.created')] },
      ),
    check: ({ actor, id, expected }) =>
      notes.check(database, { key: id, expectedVersion: expected, where: present(actor.userId) }),
    change: ({ actor, id, expected }, action, set) =>
      notes.update(database, {
        key: id,
        expectedVersion: expected,
        set,
        where: present(actor.userId),
        append: [entry(actor, action)],
      }),
    remove: ({ actor, id, expected }) =>
      notes.update(database, {
        key: id,
        expectedVersion: expected,
        set: { deleted_at: new Date() },
        where: present(actor.userId),
        append: [entry(actor, 'note.deleted')],
      }),
    restore: ({ actor, id, expected }, content, from) =>
      notes.update(database, {
        key: id,
        expectedVersion: expected,
        set: { ...content, deleted_at: null },
        where: { author_id: actor.userId },
        append: [entry(actor, 'note.restored', { from })],
      }),
    revision,
    revisions: (id, page) => notes.history(database, id, page),
    asOf: (id, instant) => notes.asOf(database, id, instant),
  }
}
