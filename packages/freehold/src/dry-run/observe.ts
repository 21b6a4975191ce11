import type pg from 'pg'
import { migrationFailure } from '../migrations/failure.js'
import type { ParsedMigration, Statement } from '../migrations/statements.js'
import { sqlFile } from '../provisioning/sql-files.js'
import { lockWatcher } from './lock-watcher.js'

/** What a statement did on a shadow. */
export interface ObservedStatement {
  readonly line: number
  readonly text: string
  /** On the shadow, whose tables are empty or small. */
  readonly durationMs: number
  /** Of relations that were there before: whoever uses them waits for these. */
  readonly locks: readonly ObservedLock[]
  /** Relations that were there before and were written anew. */
  readonly rewritten: readonly string[]
  /** Relations that it made. */
  readonly made: readonly string[]
}

/** The strongest lock that a statement took on a relation. */
export interface ObservedLock {
  readonly relation: string
  /** As PostgreSQL calls it: `AccessExclusiveLock`. */
  readonly mode: string
}

/** Sessions on a shadow. */
export interface ObservedSessions {
  /** The migrator's, in which the statements run. */
  readonly session: pg.Client
  /** An administrator's in the same database, which sees what the first has locked. */
  readonly beside: pg.Client
  /** The service's. */
  readonly schema: string
}

interface Relation {
  readonly oid: number
  readonly name: string
  readonly kind: string
  readonly file: string | null
}

/**
 * Runs a migration on a shadow, each statement alone, and takes down what it locked and rewrote.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_FAILED` or `FREEHOLD_MIGRATION_NEEDS_RIGHTS` where applying it would fail, too.
 */
export async function observeMigration(
  sessions: ObservedSessions,
  migration: ParsedMigration,
): Promise<ObservedStatement[]> {
  const observed: ObservedStatement[] = []
  for (const statement of migration.statements) {
    try {
      observed.push(await observe(sessions, statement))
    } catch (cause) {
      throw migrationFailure({ migration, statement }, cause)
    }
  }
  return observed
}

async function observe(sessions: ObservedSessions, statement: Statement): Promise<ObservedStatement> {
  const { session, beside, schema } = sessions
  const watcher = lockWatcher(beside, session)
  const before = await relationsIn(session, schema)
  // A batch of no rows takes the locks of any other.
  const values = statement.backfill ? [null, null] : []
  const startedAt = performance.now()
  let durationMs: number
  let after: readonly Relation[]
  if (statement.outsideTransaction) {
    const tables = before.filter(({ kind }) => kind === 'r' || kind === 'p')
    await watcher.during({ schema, tables: tables.map(({ name }) => name) }, () =>
      session.query(statement.text, values),
    )
    durationMs = performance.now() - startedAt
    after = await relationsIn(session, schema)
  } else {
    if (statement.sessionSetting === undefined) await session.query('begin')
    await session.query(statement.text, values)
    durationMs = performance.now() - startedAt
    await watcher.look()
    after = await relationsIn(session, schema)
    if (statement.sessionSetting === undefined) await session.query('commit')
  }
  return {
    line: statement.line,
    text: statement.text,
    durationMs,
    ...compared(before, after, watcher.strongest),
  }
}

async function relationsIn(session: pg.Client, schema: string): Promise<readonly Relation[]> {
  return (await session.query<Relation>(sqlFile('dry-run/relations.sql'), [schema])).rows
}

function compared(
  before: readonly Relation[],
  after: readonly Relation[],
  strongest: ReadonlyMap<number, string>,
): Pick<ObservedStatement, 'locks' | 'rewritten' | 'made'> {
  const fileAfter = new Map(after.map(({ oid, file }) => [oid, file]))
  const existed = new Set(before.map(({ oid }) => oid))
  return {
    locks: before.flatMap(({ oid, name }) => {
      const mode = strongest.get(oid)
      return mode === undefined ? [] : [{ relation: name, mode }]
    }),
    rewritten: before
      .filter(({ oid, file }) => file !== null && fileAfter.has(oid) && fileAfter.get(oid) !== file)
      .map(({ name }) => name),
    made: after.filter(({ oid }) => !existed.has(oid)).map(({ name }) => name),
  }
}
