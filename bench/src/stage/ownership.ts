import { databasePerService, defineService, defineSystem, immutable, mutable } from '@freehold/manifest'

/** The service whose writes are measured: the tables of the notes service, and a plain one beside them. */
export const benchService = defineService({
  name: 'bench',
  database: 'bench_db',
  owns: {
    notes: mutable({ history: 'note_history' }),
    note_history: immutable({ kind: 'history' }),
    audit_log: immutable({ kind: 'audit' }),
  },
  migrations: 'migrations',
})

export const benchSystem = defineSystem({
  name: 'bench',
  strategy: databasePerService(),
  services: [benchService],
})
