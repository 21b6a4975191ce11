/** Marks {@link FromRow}: a symbol, which no value that came as JSON can carry. */
const sourceColumn = Symbol('freehold.fromRow')

/** Stands for a column of the row that the statement around it has changed. */
export interface FromRow {
  readonly [sourceColumn]: string
}

/** A row for a log, to ride along in the statement of an entity. Made by `log.entry()`. */
export interface Append {
  readonly log: string
  /** The log's columns and what goes in each: a value, or {@link FromRow}. */
  readonly values: readonly (readonly [column: string, value: unknown])[]
}

/**
 * Takes a column of the changed row, as it is after the change: `fromRow('version')`.
 *
 * @param column - One that the entity declares.
 */
export function fromRow(column: string): FromRow {
  return { [sourceColumn]: column }
}

/** The column that a value stands for, if it is a {@link FromRow}. */
export function columnFromRow(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !(sourceColumn in value)) return undefined
  return value[sourceColumn] as string
}
