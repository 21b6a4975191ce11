import pg from 'pg'
import { relationNamed, type Catalog, type Relation } from './catalog.js'
import type { Break } from './break.js'
import type { SideSession } from './side.js'
import type { Trial, TrialStage } from './trial.js'

/** A COPY of a table; of a query, it is that query and nothing else. */
export interface Copy {
  readonly schema?: string
  readonly table: string
  readonly isFrom: boolean
  /** Absent where the statement names none: all that are not computed, in the order of the table. */
  readonly columns?: readonly string[]
}

/** The columns that a COPY without a list of them copies. */
export async function columnsCopied(session: SideSession, copy: Copy): Promise<string[]> {
  const rows = await session.ask<{ name: string }>(
    `select attname as name
       from pg_attribute
      where attrelid = to_regclass(${pg.escapeLiteral(nameOf(copy))})
        and attnum > 0
        and not attisdropped
        and attgenerated = ''
      order by attnum`,
  )
  return rows.map(({ name }) => name)
}

/**
 * A statement that meets of a table what a COPY of it meets, and that can be prepared: an INSERT of one row, or a query.
 *
 * @param columns - All that it copies.
 */
export function insteadOfCopy(copy: Copy, columns: readonly string[]): string {
  const names = columns.map((name) => pg.escapeIdentifier(name)).join(', ')
  if (!copy.isFrom) return `select ${names} from ${nameOf(copy)}`
  const values = columns.map((_, index) => `$${index + 1}`).join(', ')
  return `insert into ${nameOf(copy)} (${names}) values (${values})`
}

/**
 * What was found of the statement that stood for a COPY, and what a COPY alone minds: row security, and another number or
 * order of columns where it names none. What it copies is not in its text, so no value of it was tried.
 */
export function asCopy(stage: TrialStage, trial: Trial, copy: Copy): Trial {
  if (!copy.isFrom) return trial
  const breaks = [...trial.breaks, ...(trial.breaks.length === 0 ? breaksOf(stage, copy) : [])]
  return { ...trial, breaks, metRows: false }
}

function breaksOf({ from, to }: TrialStage, copy: Copy): Break[] {
  const find = ({ relations, ...rest }: Catalog): Relation | undefined =>
    relationNamed({ relations, ...rest }, copy.table, copy.schema)
  const [before, after] = [find(from.catalog), find(to.catalog)]
  if (before === undefined || after === undefined) return []
  const [were, are] = [namesIn(before), namesIn(after)]
  return [
    ...(copy.columns === undefined && were !== are
      ? [
          {
            rule: 'statement-fails',
            severity: 'error' as const,
            message: `COPY names no columns: those of the table were ${were}, and become ${are}`,
            sqlstate: '22P04',
            isBrokenOn: async (session: SideSession) =>
              (await columnsCopied(session, copy)).join(', ') !== were,
          },
        ]
      : []),
    ...(after.rowSecurity && !before.rowSecurity
      ? [
          {
            rule: 'statement-fails',
            severity: 'error' as const,
            message: 'COPY FROM is refused on a table with row-level security',
            sqlstate: '0A000',
            isBrokenOn: (session: SideSession) => hasRowSecurity(session, copy),
          },
        ]
      : []),
  ]
}

function namesIn({ columns }: Relation): string {
  return columns
    .filter(({ generated }) => generated === null)
    .map(({ name }) => name)
    .join(', ')
}

async function hasRowSecurity(session: SideSession, copy: Copy): Promise<boolean> {
  const rows = await session.ask(
    `select oid from pg_class where oid = to_regclass(${pg.escapeLiteral(nameOf(copy))}) and relrowsecurity`,
  )
  return rows.length > 0
}

function nameOf({ schema, table }: Copy): string {
  return [...(schema === undefined ? [] : [schema]), table].map((name) => pg.escapeIdentifier(name)).join('.')
}
