import { FreeholdError } from '@freehold/manifest/errors'
import type pg from 'pg'
import { displayPath } from '../display-path.js'
import { fileNameOf } from '../migration-file.js'
import type { Attempt } from '../records.js'
import { runnerSql } from '../sql.js'
import type { ParsedMigration, Statement } from '../statements.js'
import { indexOutcome } from './index-outcome.js'

/** What is to be done about a statement whose end nobody saw. */
export interface Outcome {
  /** It is done, or the statement runs (again). */
  readonly verdict: 'done' | 'run'
  /** What the catalog shows, in words. */
  readonly because: string
  /** What runs first: it takes away what the attempt left, or ends it. */
  readonly mend?: readonly string[]
}

/** An attempt, and the statement that it was of. */
export interface UnseenEnd {
  readonly service: string
  readonly migration: ParsedMigration
  readonly statement: Statement
  readonly attempt: Attempt
}

/**
 * Asks the catalog how far an attempt came of a statement that runs outside a transaction.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_UNDECIDED` when the catalog does not tell.
 */
export async function outcomeOf(session: pg.Client, end: UnseenEnd): Promise<Outcome> {
  // The server said that it failed, or a person that it is to run: what it left is taken away, and it is not done.
  const isKnown = end.attempt.event !== 'begun'
  const outcome = await catalogOutcome(session, end)
  if (outcome === undefined) {
    if (isKnown) return { verdict: 'run', because: 'it is known not to be done' }
    throw undecided(end)
  }
  const isEnded = outcome.verdict === 'run' || outcome.mend !== undefined
  return isKnown && !isEnded ? { verdict: 'run', because: 'an earlier attempt failed' } : outcome
}

async function catalogOutcome(
  session: pg.Client,
  { statement: { text, outside } }: UnseenEnd,
): Promise<Outcome | undefined> {
  switch (outside?.kind) {
    case 'create-index':
      return indexOutcome(session, text, outside)
    case 'drop-index':
      return dropped(session, outside.index.schema, outside.index.name)
    case 'detach-partition':
      return detached(session, outside)
    case 'reindex':
      return rebuilt(session, outside.schema, outside.name)
    case 'repeatable':
      return { verdict: 'run', because: 'it may run any number of times' }
    default:
      return undefined
  }
}

async function dropped(session: pg.Client, schema: string | undefined, name: string): Promise<Outcome> {
  const { rows } = await session.query<{ relation: string | null }>(
    "select to_regclass(format('%I.%I', coalesce($1, current_schema()), $2::text))::text as relation",
    [schema ?? null, name],
  )
  const isThere = typeof rows[0]?.relation === 'string'
  return isThere
    ? { verdict: 'run', because: `${name} is still there` }
    : { verdict: 'done', because: `${name} is gone` }
}

async function detached(
  session: pg.Client,
  { table, partition }: Extract<Statement['outside'], { kind: 'detach-partition' }>,
): Promise<Outcome> {
  const { rows } = await session.query<{ state: 'detached' | 'pending' | 'attached'; finalize: string }>(
    runnerSql('detach-state'),
    [table.schema ?? null, table.name, partition.schema ?? null, partition.name],
  )
  const [found] = rows
  if (found?.state === 'detached') return { verdict: 'done', because: `${partition.name} is detached` }
  if (found?.state !== 'pending') return { verdict: 'run', because: `${partition.name} is still attached` }
  return { verdict: 'done', because: `${partition.name} was half detached`, mend: [found.finalize] }
}

async function rebuilt(
  session: pg.Client,
  schema: string | undefined,
  name: string | undefined,
): Promise<Outcome> {
  const { rows } = await session.query<{ index: string }>(runnerSql('reindex-leftovers'), [
    schema ?? null,
    name ?? null,
  ])
  return {
    verdict: 'run',
    because: rows.length === 0 ? 'it left nothing' : `it left ${rows.map(({ index }) => index).join(', ')}`,
    mend: rows.map(({ index }) => `drop index concurrently if exists ${index}`),
  }
}

function undecided({ service, migration, attempt, statement }: UnseenEnd): FreeholdError {
  const { number, name, path } = migration
  const { outside } = statement
  const why =
    outside?.kind === 'create-index'
      ? `${outside.index.name} exists and is not the index that it builds`
      : 'this database does not show whether it is done'
  const resolve = `freehold migrate resolve ${service} ${number} ${attempt.step}`
  return new FreeholdError('FREEHOLD_MIGRATION_UNDECIDED', {
    message: `${displayPath(path)}:${statement.line}: statement ${attempt.step} was begun at ${attempt.at} and nobody saw its end; ${why}.`,
    fix: `Look whether it is done. If it is: \`${resolve} --done\`; if it shall run: \`${resolve} --again\`.`,
    details: {
      service,
      file: path,
      migration: fileNameOf(number, name),
      line: statement.line,
      statement: attempt.step,
      begunAt: attempt.at,
      pid: attempt.pid,
    },
  })
}
