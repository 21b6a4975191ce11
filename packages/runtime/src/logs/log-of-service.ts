import { type Service } from '@freehold/manifest'

import { translateDatabaseError } from '../database/index.js'
import { sealedRow, type MayBeErased } from '../personal/index.js'
import { openInto } from '../personal/sealed-in.js'
import { Columns, type ColumnValue } from '../statements/columns.js'
import { conditions, conditionsShape } from '../statements/conditions.js'
import { identifier, identifiers } from '../statements/identifier.js'
import { Parameters } from '../statements/parameters.js'
import { PreparedStatements } from '../statements/prepared.js'
import { requireTable } from '../statements/require-table.js'
import type { Append } from './append.js'
import type { ImmutableLog, LogEntry, LogReading } from './immutable-log.js'
import { insertion } from './insertion.js'
import { logSealing, type LogSealing } from './log-sealing.js'

/** What every log keeps by itself. */
const managed = new Set(['seq', 'xid', 'at'])

/**
 * A log that the service owns.
 *
 * @param service - Its part of the manifest.
 * @param table - The log's name there.
 * @param options - `columns`: the log's own columns; `seq`, `xid` and `at` belong to every log.
 * @typeParam Personal - Those of them that the manifest marks as personal: what is read of them may be erased.
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_TABLE` when the service owns no log of that name,
 *   `FREEHOLD_COLUMN_UNKNOWN` when personal columns are among them without the one that says whom they are about.
 */
export function immutableLog<Row extends object, Personal extends keyof Row = never>(
  service: Service,
  table: string,
  options: { columns: readonly (keyof Row & string)[] },
): ImmutableLog<Row, Personal> {
  const declared = requireTable(service, table, 'immutable')
  const columns = new Columns(table, options.columns)
  const sealing = logSealing(service, table, declared, columns)
  const statements = new PreparedStatements()
  return {
    table,
    async append(db, rows) {
      const given = (Array.isArray(rows) ? rows : [rows]).map((row) =>
        picked(columns, sealing, row as Values),
      )
      const stored = sealing ? await Promise.all(given.map((row) => sealedRow(db.keys, row))) : given
      try {
        for (const statement of insertion(table, columns, stored)) await db.query(statement)
      } catch (error) {
        throw translateDatabaseError(error, service)
      }
    },
    entry(values) {
      return { log: table, values: picked(columns, sealing, values) } satisfies Append
    },
    async read(db, reading) {
      const { rows } = await db.query<LogEntry<MayBeErased<Row, Personal>>>(
        selection(table, columns, sealing, statements, reading),
      )
      if (sealing) await openInto(db.keys, sealing.sealedIn(rows))
      return rows
    },
  }
}

type Values = Readonly<Record<string, unknown>>

function picked(columns: Columns, sealing: LogSealing | undefined, values: Values): ColumnValue[] {
  const given = columns.pick(values)
  columns.refuse(given, managed)
  return sealing ? sealing.marked(given) : given
}

function selection<Row>(
  table: string,
  columns: Columns,
  sealing: LogSealing | undefined,
  statements: PreparedStatements,
  reading: LogReading<Row>,
) {
  const { afterSeq = 0, limit } = reading
  const scope = columns.pick(reading.where ?? {})
  sealing?.refuseSearch(scope)
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
