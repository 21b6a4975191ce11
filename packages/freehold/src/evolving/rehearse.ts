import pg from 'pg'
import { unfit } from './expression.js'
import type { Replacement } from './kept-in-step.js'
import { identifier } from './names.js'
import { refused } from './refuse.js'
import type { ColumnShape, TableShape } from './table-shape.js'
import { evolvingSql } from './sql.js'

/** What a path makes beside the columns themselves: what hangs on the old one, and rights that its trigger needs. */
export interface Surroundings extends CarriedOver {
  readonly grants: readonly string[]
}

/** What hung on the old column, as PostgreSQL itself writes it for the new one. */
export interface CarriedOver {
  readonly checks: readonly { readonly name: string; readonly definition: string }[]
  readonly indexes: readonly { readonly name: string; readonly definition: string }[]
}

const copy = 'freehold_rehearsal'

/**
 * Tries a replacement on an empty copy of the table, in a transaction that is rolled back. The table itself is only read.
 *
 * @throws FreeholdError `FREEHOLD_EVOLUTION_EXPRESSION` when an expression does not fit the columns, and
 *   `FREEHOLD_EVOLUTION_REFUSED` when a check or an index does not fit the new type.
 */
export async function rehearse(
  session: pg.Client,
  schema: string,
  table: TableShape,
  replacement: Replacement,
): Promise<CarriedOver> {
  await session.query('begin')
  try {
    await session.query(`create table ${copy} (like ${identifier(table.name)} including all)`)
    await tryExpressions(session, replacement)
    const [only, second] = replacement.successors
    if (only === undefined || second !== undefined) return { checks: [], indexes: [] }
    return await carriedOver(session, schema, table, replacement)
  } finally {
    await session.query('rollback')
  }
}

/**
 * Tries a default on an empty copy of the table, which is rolled back.
 *
 * @throws FreeholdError `FREEHOLD_EVOLUTION_EXPRESSION`.
 */
export async function rehearseDefault(
  session: pg.Client,
  table: TableShape,
  column: ColumnShape,
  value: string,
): Promise<void> {
  await session.query('begin')
  try {
    await session.query(`create table ${copy} (like ${identifier(table.name)})`)
    const sql = `alter table ${copy} alter column ${identifier(column.name)} set default ${value}`
    await attempt(session, '--default', value, sql)
    const { rows } = await session.query<{ none: boolean }>(`select (${value}) is null as none`)
    if (rows[0]?.none === true) throw unfit('--default', value, 'it is null, which is what shall not be')
  } finally {
    await session.query('rollback')
  }
}

async function tryExpressions(session: pg.Client, { old, successors, back }: Replacement): Promise<void> {
  for (const { column, using } of successors) {
    await session.query(`alter table ${copy} add column ${identifier(column.name)} ${column.type}`)
    await attempt(session, '--using', using, `update ${copy} set ${identifier(column.name)} = ${using}`)
  }
  await attempt(session, '--back', back, `update ${copy} set ${identifier(old.name)} = ${back}`)
  for (const { column } of successors) {
    await session.query(`alter table ${copy} drop column ${identifier(column.name)}`)
  }
}

async function carriedOver(
  session: pg.Client,
  schema: string,
  table: TableShape,
  { old, successors }: Replacement,
): Promise<CarriedOver> {
  const [{ column, using }] = successors as [Replacement['successors'][number]]
  const name = identifier(old.name)
  // By what they were called before: a copy gives its indexes names of its own.
  const before = await hangingOn(session, schema, old.name)
  const change = column.type === old.type ? '' : `alter column ${name} type ${column.type} using ${using}, `
  await session
    .query(
      `alter table ${copy} alter column ${name} drop default;
       ${change === '' ? '' : `alter table ${copy} ${change.slice(0, -2)};`}
       alter table ${copy} rename column ${name} to ${identifier(column.name)}`,
    )
    .catch((cause: unknown) => {
      if (!(cause instanceof pg.DatabaseError)) throw cause
      throw refused(
        `${table.name}.${old.name}`,
        `a check or an index of it does not fit the type ${column.type}: ${cause.message}`,
        'Drop or rewrite that in a migration before.',
      )
    })
  const after = await hangingOn(session, schema, column.name)
  return {
    checks: table.constraints
      .filter(({ type }) => type === 'c')
      .flatMap(({ name }) => {
        const definition = after.constraints.find((constraint) => constraint.name === name)?.definition
        return definition === undefined ? [] : [{ name, definition: definition.replace(/ NOT VALID$/, '') }]
      }),
    indexes: table.indexes.flatMap(({ name, definition }) => {
      const place = before.indexes.find((index) => bare(index.definition) === bare(definition))
      const changed = after.indexes.find((index) => index.name === place?.name)
      return changed ? [{ name, definition: changed.definition }] : []
    }),
  }
}

async function hangingOn(
  session: pg.Client,
  schema: string,
  column: string,
): Promise<Pick<TableShape, 'constraints' | 'indexes'>> {
  const { rows } = await session.query<TableShape>(evolvingSql('table'), [schema, copy, [column]])
  return rows[0] ?? { constraints: [], indexes: [] }
}

/** The definition of an index without its name and its table. */
export function bare(definition: string): string {
  return definition.replace(
    /^CREATE (UNIQUE )?INDEX .*? ON .*? USING /,
    (_all, unique: string | undefined) => unique ?? '',
  )
}

async function attempt(session: pg.Client, place: string, expression: string, sql: string): Promise<void> {
  await session.query(sql).catch((cause: unknown) => {
    if (!(cause instanceof pg.DatabaseError)) throw cause
    throw unfit(place, expression, cause.message, cause)
  })
}
