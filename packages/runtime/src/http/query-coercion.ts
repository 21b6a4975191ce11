/** As much of a JSON Schema as coercion looks at. */
interface Schema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

type Query = Record<string, unknown>

/**
 * Gives the texts of a query string the types that its schema asks for. Unlike Ajv's own coercion it takes
 * only what is plainly meant: no `0x10`, ` 5`, `1e3` or empty text for a number. What does not fit stays a
 * text, and validation reports it.
 */
export function coerceQuery(query: Query, schema: unknown): void {
  const { properties = {} } = (schema ?? {}) as Schema
  for (const [name, property] of Object.entries(properties)) {
    if (query[name] !== undefined) query[name] = coerced(query[name], property)
  }
}

function coerced(value: unknown, schema: Schema): unknown {
  const { type } = schema
  if (type === 'array') {
    const items = Array.isArray(value) ? value : [value]
    return items.map((item: unknown) => coerced(item, schema.items ?? {}))
  }
  if (typeof value !== 'string') return value
  if (type === 'integer' && /^-?\d{1,15}$/.test(value)) return Number(value)
  if (type === 'number' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value)) return Number(value)
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}
