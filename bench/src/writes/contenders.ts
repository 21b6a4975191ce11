import { connect, fromRow, immutableLog, mutableEntity, type Database } from '@freehold/runtime'
import { Kysely, PostgresDialect, sql, type Generated } from 'kysely'
import pg from 'pg'
import type { Contender } from '../measure/contender.js'
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

/** The contenders that run in this process, and what closes their connections. */
export interface NodeContenders extends AsyncDisposable {
  readonly contenders: readonly Contender[]
}

const poolSize = 10
const body = 'The quick brown fox jumps over the lazy dog. '.repeat(8)

/** A plain UPDATE by Kysely and by `pg`, and Freehold's write with everything that it guarantees. */
export function nodeContenders(url: string): NodeContenders {
  const plainKysely = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: poolSize }) }),
  })
  const plainPg = new pg.Pool({ connectionString: url, max: poolSize })
  const guarded = connect({ url, applicationName: 'bench freehold', max: poolSize })
  return {
    contenders: [kyselyUpdate(plainKysely), pgUpdate(plainPg), guaranteedWrite(guarded)],
    async [Symbol.asyncDispose]() {
      await Promise.all([plainKysely.destroy(), plainPg.end(), guarded.close()])
    },
  }
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

function guaranteedWrite(database: Database): Contender {
  const notes = mutableEntity<Note>(benchService, 'notes', {
    columns: ['id', 'title', 'body', 'version', 'created_at', 'updated_at'],
  })
  const audit = immutableLog<AuditEntry>(benchService, 'audit_log', {
    columns: ['actor', 'action', 'entity_id', 'version'],
  })
  const versions = new Map<number, number>()
  return {
    name: 'freehold, full guarantee',
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
