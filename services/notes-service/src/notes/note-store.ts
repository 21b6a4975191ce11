import {
  fromRow,
  immutableLog,
  mutableEntity,
  type Append,
  type Database,
  type ExpectedVersion,
  type Queryable,
} from '@freehold/runtime'
import { eventLog } from '@freehold/runtime/events'
import { notesService } from '../../ownership.js'
import type { Actor, AuditRow } from '../audit/audit.js'
import type { NoteContent } from './content.js'
import { noteColumns, type NoteRevisionRow, type NoteRow, type PersonalOfNote } from './note.js'
import { noteCreated, noteDeleted, noteRestored, noteRevised, type NoteEvent } from './note-events.js'

/** Which note is changed, on which condition, by whom. */
export interface NoteChange {
  readonly actor: Actor
  readonly id: string
  /** The version that the author saw. */
  readonly expected: ExpectedVersion
}

/** An author's notes, one at a time. Every write carries its history row, its audit row and its event with it. */
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
  /** One revision of a note, whoever the author is; what it held may have been erased. */
  revision(db: Queryable, id: string, version: number): Promise<NoteRevisionRow | undefined>
  /** Revisions of a note, newest first, whoever the author is. */
  revisions(id: string, page: { before?: number; limit: number }): Promise<NoteRevisionRow[]>
  /** What a note was at an instant, whoever the author is. */
  asOf(id: string, instant: Date): Promise<NoteRevisionRow | undefined>
}

/** What a change writes. */
interface Write {
  readonly set: Partial<NoteRow>
  readonly where: Partial<NoteRow>
  readonly audit: Append
}

/**
 * The notes in a database.
 *
 * Writes throw the runtime's `VersionConflict` and `EntityNotFound`; to a stranger a note is not found.
 */
export function noteStore(database: Database): NoteStore {
  const notes = mutableEntity<NoteRow, PersonalOfNote>(notesService, 'notes', { columns: noteColumns })
  const events = eventLog(notesService)
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

  async function revision(db: Queryable, id: string, version: number): Promise<NoteRevisionRow | undefined> {
    const [found] = await notes.history(db, id, { version, limit: 1 })
    return found
  }

  /** To others, a note that was there all the time is only revised. */
  async function restoring(tx: Queryable, { id, version }: NoteRow): Promise<NoteEvent> {
    const before = await revision(tx, id, version - 1)
    return before === undefined || before.row.deleted_at === null ? noteRevised : noteRestored
  }

  /** Writes a note and tells of it, in one transaction: the event has the version that the change made. */
  function changed(
    { actor, id, expected }: NoteChange,
    { set, where, audit: audited }: Write,
    eventFor: (tx: Queryable, row: NoteRow) => NoteEvent | Promise<NoteEvent>,
  ): Promise<NoteRow> {
    return database.transaction(async (tx) => {
      const row = await notes.update(tx, {
        key: id,
        expectedVersion: expected,
        set,
        where,
        append: [audited],
      })
      const told = await eventFor(tx, row)
      await events.append(tx, told(actor, row))
      return row
    })
  }

  return {
    find: (authorId, id) => notes.find(database, id, { where: present(authorId) }),
    findAny: (authorId, id) => notes.find(database, id, { where: { author_id: authorId } }),
    create: (db, actor, id, content) => {
      const told = events.entry(
        noteCreated(actor, { id, author_id: actor.userId, title: content.title, version: 1 }),
      )
      return notes.insert(
        db,
        { id, author_id: actor.userId, ...content },
        { append: [entry(actor, 'note.created'), told] },
      )
    },
    check: ({ actor, id, expected }) =>
      notes.check(database, { key: id, expectedVersion: expected, where: present(actor.userId) }),
    change: (change, action, set) =>
      changed(
        change,
        { set, where: present(change.actor.userId), audit: entry(change.actor, action) },
        () => noteRevised,
      ),
    remove: (change) =>
      changed(
        change,
        {
          set: { deleted_at: new Date() },
          where: present(change.actor.userId),
          audit: entry(change.actor, 'note.deleted'),
        },
        () => noteDeleted,
      ),
    restore: (change, content, from) =>
      changed(
        change,
        {
          set: { ...content, deleted_at: null },
          where: { author_id: change.actor.userId },
          audit: entry(change.actor, 'note.restored', { from }),
        },
        restoring,
      ),
    revision,
    revisions: (id, page) => notes.history(database, id, page),
    asOf: (id, instant) => notes.asOf(database, id, instant),
  }
}
