import type pg from 'pg'
import type { OutsideStatement } from '../outside-transaction.js'
import { runnerSql } from '../sql.js'
import type { Outcome } from './outcome.js'

type CreatedIndex = Extract<OutsideStatement, { kind: 'create-index' }>

interface FoundIndex {
  readonly valid: boolean
  readonly isOnTable: boolean
  readonly definition: string
}

const probe = 'freehold_definition_probe'

/**
 * Whether the index of an interrupted CREATE INDEX CONCURRENTLY is there as the statement says.
 *
 * @returns Undefined when a usable index has its name and is another one.
 */
export async function indexOutcome(
  session: pg.Client,
  text: string,
  { index, table }: CreatedIndex,
): Promise<Outcome | undefined> {
  const found = await definitionOf(session, index.name, table)
  if (found === undefined) return { verdict: 'run', because: `${index.name} is not there` }
  if (!found.valid) return { verdict: 'run', because: `${index.name} is not usable` }
  if (!found.isOnTable || found.definition !== (await meantBy(session, text, table))) return undefined
  return { verdict: 'done', because: `${index.name} is there, as the statement has it` }
}

async function definitionOf(
  session: pg.Client,
  name: string,
  table: CreatedIndex['table'],
): Promise<FoundIndex | undefined> {
  const schema = table.schema ?? null
  const { rows } = await session.query<FoundIndex>(runnerSql('index-definition'), [
    schema,
    name,
    schema,
    table.name,
  ])
  return rows[0]
}

/** What the statement would build: on an empty copy of the table, which is rolled back. */
async function meantBy(
  session: pg.Client,
  text: string,
  table: CreatedIndex['table'],
): Promise<string | undefined> {
  const likeness = await statementOn(text, probe)
  if (likeness === undefined) return undefined
  await session.query('begin')
  try {
    const source = [table.schema, table.name]
      .flatMap((part) => (part === undefined ? [] : [quoted(part)]))
      .join('.')
    await session.query(`create table ${probe} (like ${source})`)
    await session.query(likeness)
    const built = await definitionOf(session, `${probe}_index`, { name: probe })
    return built?.definition
  } finally {
    await session.query('rollback')
  }
}

/** The same index on another table, and built in a transaction. */
async function statementOn(text: string, table: string): Promise<string | undefined> {
  const { parse, scan } = await import('libpg-query')
  const { stmts } = await parse(text)
  const { IndexStmt: statement } = (stmts?.[0]?.stmt ?? {}) as {
    IndexStmt?: { relation?: { location?: number; schemaname?: string }; unique?: boolean }
  }
  const start = statement?.relation?.location
  if (statement === undefined || start === undefined) return undefined
  const { tokens } = await scan(text)
  // A name is one token, or three with its schema.
  const last =
    tokens.findIndex((token) => token.start === start) +
    (statement.relation?.schemaname === undefined ? 0 : 2)
  const end = tokens[last]?.end
  if (end === undefined) return undefined
  const rest = Buffer.from(text).toString('utf8', end)
  return `create ${statement.unique ? 'unique ' : ''}index ${probe}_index on ${table} ${rest}`
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
