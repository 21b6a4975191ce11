import { connect, fromRow, immutableLog, mutableEntity } from '@freehold/runtime'
import { Kysely, PostgresDialect, sql, type Generated } from 'kysely'
import pg from 'pg'
import type { Contender } from '../measure/contender.js'
import type { Closing } from '../stage/closing.js'
import { benchService } from '../stage/ownership.js'
import { noteId } from './rows.js'

interface Note {
  id: string
  title: string
  body: string
  version: number
  created_at: Date
  updated_at: Date
}

interface AuditEntry {
  actor: string | null
  action: string
  entity_id: string | null
  version: number | null
}

interface Tables {
  plain_notes: Omit<Note, 'version'> & { version: Generated<number> }
}

const poolSize = 10
const body = 'The quick brown fox jumps over the lazy dog. '.repeat(8)

/** A plain UPDATE by Kysely and by `pg`, and Freehold's write with everything that it guarantees. */
export function nodeContenders(url: string, closing: Closing): readonly Contender[] {
  const plainKysely = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: poolSize }) }),
  })
  const plainPg = new pg.Pool({ connectionString: url, max: poolSize })
  closing.defer(() => Promise.all([plainKysely.destroy(), plainPg.end()]))
  return [
    kyselyUpdate(plainKysely),
    pgUpdate(plainPg),
    guaranteedWrite('freehold, full guarantee', url, closing),
  ]
}

function kyselyUpdate(kysely: Kysely<Tables>): Contender {
  return {
    name: 'kysely, plain UPDATE',
    async operation(worker) {
      await kysely
        .updateTable('plain_notes')
        .set({ body, updated_at: sql`now()`, version: sql`version + 1` })
        .where('id', '=', noteId(worker))
        .executeTakeFirst()
    },
  }
}

function pgUpdate(pool: pg.Pool): Contender {
  return {
    name: 'pg, plain UPDATE',
    async operation(worker) {
      await pool.query(
        'update plain_notes set body = $1, updated_at = now(), version = version + 1 where id = $2',
        [body, noteId(worker)],
      )
    },
  }
}

/** Freehold's write with everything that it guarantees, to whichever set of the tables. */
export function guaranteedWrite(name: string, url: string, closing: Closing): Contender {
  const database = connect({ url, applicationName: name, max: poolSize })
  closing.defer(() => database.close())
  const notes = mutableEntity<Note>(benchService, 'notes', {
    columns: ['id', 'title', 'body', 'version', 'created_at', 'updated_at'],
  })
  const audit = immutableLog<AuditEntry>(benchService, 'audit_log', {
    columns: ['actor', 'action', 'entity_id', 'version'],
  })
  const versions = new Map<number, number>()
  return {
    name,
    async operation(worker) {
      const key = noteId(worker)
      const known = versions.get(worker)
      const expectedVersion = known ?? (await notes.find(database, key))?.version ?? 0
      const entry = audit.entry({
        actor: key,
        action: 'note.revised',
        entity_id: fromRow('id'),
        version: fromRow('version'),
      })
      const row = await notes.update(database, { key, expectedVersion, set: { body }, append: [entry] })
      versions.set(worker, row.version)
    },
  }
}
