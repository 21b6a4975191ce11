import {
  databasePerService,
  defineEvent,
  defineService,
  defineSystem,
  immutable,
  mutable,
} from '@freehold/manifest'
import Type from 'typebox'

/** What the service tells when a note is another, in every benchmark of events. */
export const NoteRevised = defineEvent({
  type: 'bench.note-revised.v1',
  key: 'noteId',
  data: Type.Object({
    noteId: Type.String({ format: 'uuid' }),
    version: Type.Integer({ minimum: 1 }),
    title: Type.String(),
  }),
})

/** The service whose writes are measured: the tables of the notes service, and plain ones beside them. */
export const benchService = defineService({
  name: 'bench',
  database: 'bench_db',
  owns: {
    notes: mutable({ history: 'note_history' }),
    note_history: immutable({ kind: 'history' }),
    audit_log: immutable({ kind: 'audit' }),
    pages: mutable(),
    events: immutable({ kind: 'events' }),
  },
  publishes: [NoteRevised],
  migrations: 'migrations/bench',
})

/** The service that hears of it, in a database of its own. */
export const readerService = defineService({
  name: 'reader',
  database: 'reader_db',
  owns: {},
  consumes: { bench: [NoteRevised] },
  migrations: 'migrations/reader',
})

export const benchSystem = defineSystem({
  name: 'bench',
  strategy: databasePerService(),
  services: [benchService, readerService],
})
