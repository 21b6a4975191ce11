import pg from 'pg'
import { isRenamed, type Replacement } from './kept-in-step.js'
import { identifier } from './names.js'
import { refused } from './refuse.js'
import type { TableShape } from './table-shape.js'

/** Of texts like these, most types have a value. */
const samples = ['a b', '1', 'true', '2000-01-01', '{}', '00000000-0000-0000-0000-000000000000']

/**
 * Tries the expressions of a replacement on values: those of the rows that are there, the old column's default, and what a version
 * of the new shape may leave null. Where the old column is required, a value that becomes null in the other shape is a write that
 * is refused.
 *
 * @returns What a version of the new shape has to keep to: sentences.
 * @throws FreeholdError `FREEHOLD_EVOLUTION_REFUSED` when a row, or what versions of the old shape write by default, has no value in
 *   the other shape.
 */
export async function tryOnValues(
  session: pg.Client,
  table: TableShape,
  replacement: Replacement,
  next: string,
): Promise<string[]> {
  if (isRenamed(replacement)) return []
  await session.query('begin')
  try {
    await tryDefault(session, table, replacement)
    await tryRows(session, table, replacement)
    const missing = await missedWhenNull(session, table, replacement)
    if (missing.length === 0) return []
    const { old, successors } = replacement
    const all = successors.map(({ column }) => column.name).join(', ')
    return [
      `--back gives null where ${missing.join(' or ')} is null, and ${old.name} is required until the contract: have ${next} always give ${all}, or write --back so that it does without (coalesce).`,
    ]
  } finally {
    await session.query('rollback')
  }
}

async function tryRows(session: pg.Client, table: TableShape, replacement: Replacement): Promise<void> {
  const { old, successors, back } = replacement
  const [name, from] = [identifier(old.name), identifier(table.name)]
  const isOne = successors.length === 1
  for (const { column, using } of successors) {
    const query = `select count(*) from ${from} where ${name} is not null and (${using}) is null`
    const count = await counted(session, table, replacement, `--using ${using}`, query)
    if (count === '0' || !isOne || !old.isNotNull) continue
    throw noValue(
      table,
      replacement,
      `${count} rows of today have no ${column.name} by --using ${using}: ${query}`,
    )
  }
  const query = `select count(*) from (${madeOf(replacement, from)}) as made where (${back}) is null and (${isGiven(replacement)})`
  const count = await counted(session, table, replacement, `--back ${back}`, query)
  if (count === '0' || !old.isNotNull) return
  throw noValue(table, replacement, `${count} rows of today have no ${old.name} by --back ${back}: ${query}`)
}

/** What an INSERT of an older version gives that leaves the column out. */
async function tryDefault(session: pg.Client, table: TableShape, replacement: Replacement): Promise<void> {
  const { old, successors } = replacement
  // A number of a sequence would be gone for good.
  if (old.default === null || old.default.includes('nextval(')) return
  for (const { column, using } of successors) {
    const query = `select count(*) from (select ${old.default} as ${identifier(old.name)}) as made where (${using}) is null`
    const count = await counted(
      session,
      table,
      replacement,
      `--using ${using}`,
      query,
      `the default ${old.default}`,
    )
    if (count === '0' || successors.length > 1 || !old.isNotNull) continue
    throw noValue(table, replacement, `the default ${old.default} has no ${column.name} by --using ${using}.`)
  }
}

/** Those of several columns that have to be given, for the old one to have a value. */
async function missedWhenNull(
  session: pg.Client,
  table: TableShape,
  replacement: Replacement,
): Promise<string[]> {
  const { old, successors, back } = replacement
  if (!old.isNotNull || successors.length === 1) return []
  const sample = await sampleOf(session, old.type)
  if (sample === undefined) return []
  const made = successors.map(({ column, using }) => {
    const row = `select ${using} from (select ${sample} as ${identifier(old.name)}) as row`
    const ofRow = `select ${using} from ${identifier(table.name)} where (${using}) is not null limit 1`
    return { name: column.name, value: `coalesce((${ofRow}), (${row}), ${sample})` }
  })
  const missed: string[] = []
  for (const { name } of made) {
    const columns = made.map(
      (each) => `${each.name === name ? `null::${old.type}` : each.value} as ${identifier(each.name)}`,
    )
    const query = `select (${back}) is null as none from (select ${columns.join(', ')}) as made`
    if ((await attempted<{ none: boolean }>(session, query))?.none === true) missed.push(name)
  }
  return missed
}

async function sampleOf(session: pg.Client, type: string): Promise<string | undefined> {
  for (const text of samples) {
    const value = `${pg.escapeLiteral(text)}::${type}`
    if (await attempted(session, `select ${value}`)) return value
  }
  return undefined
}

/** What is tried with a value that nobody has written may fail for a reason of that value's. */
async function attempted<Row extends object>(session: pg.Client, query: string): Promise<Row | undefined> {
  await session.query('savepoint attempt')
  try {
    return (await session.query<Row>(query)).rows[0]
  } catch (cause) {
    if (!(cause instanceof pg.DatabaseError)) throw cause
    await session.query('rollback to savepoint attempt')
    return undefined
  }
}

async function counted(
  session: pg.Client,
  table: TableShape,
  replacement: Replacement,
  place: string,
  query: string,
  value = 'a row of today',
): Promise<string> {
  try {
    return (await session.query<{ count: string }>(query)).rows[0]?.count ?? '0'
  } catch (cause) {
    if (!(cause instanceof pg.DatabaseError)) throw cause
    throw noValue(table, replacement, `${place} fails for ${value}: ${cause.message}.`)
  }
}

/** The new columns as the rows that are there give them. */
function madeOf({ old, successors }: Replacement, from: string): string {
  const columns = successors.map(({ column, using }) => `${using} as ${identifier(column.name)}`)
  return `select ${columns.join(', ')} from ${from} where ${identifier(old.name)} is not null`
}

function isGiven({ successors }: Replacement): string {
  return successors.map(({ column }) => `${identifier(column.name)} is not null`).join(' or ')
}

function noValue(table: TableShape, { old }: Replacement, reason: string): Error {
  return refused(
    `${table.name}.${old.name}`,
    reason,
    'Write an expression that has a value for each, or mend these rows first.',
  )
}
