import type { ImmutableTable, Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { purposeOf, sealValues, subjectText, Unsealed, type PersonalPlace } from '../personal/index.js'
import { plainIn, subjectMissing } from '../personal/plain.js'
import type { SealedIn } from '../personal/sealed-in.js'
import type { ColumnValue, Columns } from '../statements/columns.js'
import { json, JsonValue } from '../statements/json.js'
import { columnFromRow } from './append.js'

/** What a log does about its personal columns. */
export interface LogSealing {
  /**
   * The row with what is personal marked, to be sealed when its statement is run.
   *
   * @throws FreeholdError `FREEHOLD_PERSONAL_SUBJECT_MISSING` when nobody is named whom it is about,
   *   `FREEHOLD_PERSONAL_UNSEALED` when one of the two is to come from the row of an entity.
   */
  marked(row: readonly ColumnValue[]): ColumnValue[]
  /** What of the rows is sealed. What was written before it was personal is not. */
  sealedIn(rows: readonly object[]): SealedIn[]
  /** @throws FreeholdError `FREEHOLD_PERSONAL_NOT_SEARCHABLE` when a condition compares what is sealed. */
  refuseSearch(scope: readonly ColumnValue[]): void
}

/** Undefined when nothing that the log was declared with is personal. */
export function logSealing(
  service: Service,
  table: string,
  { personal }: ImmutableTable,
  columns: Columns,
): LogSealing | undefined {
  const fields = personal?.fields.filter((field) => columns.names.includes(field)) ?? []
  if (personal === undefined || fields.length === 0) return undefined
  const { subject: about, purpose = service.name } = personal
  columns.require(about)
  const place = (field: string, subject: string): PersonalPlace => ({
    service: service.name,
    name: table,
    field,
    subject,
    purpose,
  })
  return {
    marked: (row) =>
      row.map(([column, value]) => {
        if (!fields.includes(column) || plainIn(value) === null)
          return [column, fields.includes(column) ? null : value]
        const given = row.find(([name]) => name === about)?.[1]
        if (columnFromRow(value) !== undefined || columnFromRow(given) !== undefined)
          throw notKnown(table, column, about)
        const subject = subjectText(given)
        if (subject === undefined) throw subjectMissing(service.name, table, about)
        return [column, marker(value, place(column, subject))]
      }),
    sealedIn: (rows) =>
      rows.flatMap((row) => {
        const values = row as Readonly<Record<string, unknown>>
        return fields.flatMap((field): SealedIn[] => {
          const envelope = values[field]
          if (typeof envelope !== 'string' || purposeOf(envelope) === undefined) return []
          const subject = subjectText(values[about])
          if (subject === undefined) throw subjectMissing(service.name, table, about)
          return [{ row, place: { service: service.name, name: table, field, subject, envelope } }]
        })
      }),
    refuseSearch(scope) {
      const column = scope.find(([name, value]) => fields.includes(name) && value !== null)?.[0]
      if (column !== undefined) throw notSearchable(table, column)
    },
  }
}

/** What is JSON goes into a column of JSON, where the envelope is a string; anything else into one of text. */
function marker(value: unknown, place: PersonalPlace): Unsealed {
  const isJson = value instanceof JsonValue || typeof value === 'object'
  return new Unsealed(async (keys) => {
    const [envelope] = await sealValues(keys, [{ ...place, value: plainIn(value) }])
    return isJson ? json(envelope) : envelope
  })
}

function notKnown(table: string, column: string, subject: string): FreeholdError {
  return new FreeholdError('FREEHOLD_PERSONAL_UNSEALED', {
    message: `"${column}" of "${table}" cannot be sealed: it, or its "${subject}", is to come from the row of an entity.`,
    fix: 'Give both as values: what is sealed is sealed before the statement is sent.',
    details: { table, column },
  })
}

function notSearchable(table: string, column: string): FreeholdError {
  return new FreeholdError('FREEHOLD_PERSONAL_NOT_SEARCHABLE', {
    message: `"${column}" of "${table}" is sealed, so rows cannot be found by it.`,
    details: { table, column },
  })
}
