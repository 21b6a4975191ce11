/** A value on its way into a `json` or `jsonb` column. */
export class JsonValue {
  readonly value: unknown

  constructor(value: unknown) {
    this.value = value
  }

  /** For drivers that know nothing of `toPostgres`: they make JSON of it. */
  toJSON(): unknown {
    return this.value
  }

  /** Asked by `pg` when it binds the value. */
  toPostgres(): string {
    return JSON.stringify(this.value)
  }
}

/**
 * Marks a value as JSON. `pg` sends objects as JSON by itself, but takes an array for a PostgreSQL array, a
 * string for text, and null for NULL: in a `jsonb` column, say `json(value)`.
 */
export function json(value: unknown): JsonValue {
  return new JsonValue(value)
}
