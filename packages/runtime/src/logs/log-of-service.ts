import { type Service } from '@freehold/manifest'

import { translateDatabaseError } from '../database/index.js'
import { Columns } from '../statements/columns.js'
import { conditions, conditionsShape } from '../statements/conditions.js'
import { identifier, identifiers } from '../statements/identifier.js'
import { Parameters } from '../statements/parameters.js'
import { PreparedStatements } from '../statements/prepared.js'
import { requireTable } from '../statements/require-table.js'
import type { Append } from './append.js'
import type { ImmutableLog, LogEntry, LogReading } from './immutable-log.js'
import { insertion } from './insertion.js'

/** What every log keeps by itself. */
const managed = new Set(['seq', 'xid', 'at'])

/**
 * A log that the service owns.
 *
 * @param service - Its part of the manifest.
 * @param table - The log's name there.
 * @param options - `columns`: the log's own columns; `seq`, `xid` and `at` belong to every log.
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_TABLE` when the service owns no log of that name.
 */
export function immutableLog<Row extends object>(
  service: Service,
  table: string,
  options: { columns: readonly (keyof Row & string)[] },
): ImmutableLog<Row> {
  requireTable(service, table, 'immutable')
  const columns = new Columns(table, options.columns)
  const statements = new PreparedStatements()
  return {
    table,
    async append(db, rows) {
      const given = (Array.isArray(rows) ? rows : [rows]).map((row) => picked(columns, row as Values))
      try {
        for (const statement of insertion(table, columns, given)) await db.query(statement)
      } catch (error) {
        throw translateDatabaseError(error, service)
      }
    },
    entry(values) {
      return { log: table, values: picked(columns, values) } satisfies Append
    },
    async read(db, reading) {
      const { rows } = await db.query<LogEntry<Row>>(selection(table, columns, statements, reading))
      return rows
    },
  }
}

type Values = Readonly<Record<string, unknown>>

function picked(columns: Columns, values: Values): ReturnType<Columns['pick']> {
  const given = columns.pick(values)
  columns.refuse(given, managed)
  return given
}

function selection<Row>(
  table: string,
  columns: Columns,
  statements: PreparedStatements,
  reading: LogReading<Row>,
) {
  const { afterSeq = 0, limit } = reading
  const scope = columns.pick(reading.where ?? {})
  const parameters = new Parameters()
  const after = parameters.add(afterSeq)
  const most = parameters.add(limit)
  const equal = conditions(scope, parameters)
  const statement = statements.of(
    `read ${conditionsShape(scope)}`,
    () =>
      `select "seq", "at", ${identifiers(columns.names)} from ${identifier(table)} ` +
      `where "seq" > ${after}${equal} order by "seq" limit ${most}`,
  )
  return { ...statement, values: parameters.values }
}
