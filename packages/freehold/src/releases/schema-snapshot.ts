import type { Service } from '@freehold/manifest'
import type pg from 'pg'
import Type, { type Static } from 'typebox'
import { sqlFile } from '../provisioning/sql-files.js'

const text = Type.String()
const closed = { additionalProperties: false }
const flag = Type.Optional(Type.Boolean())
const maybe = Type.Optional(text)

const column = Type.Object(
  {
    name: text,
    type: text,
    notNull: flag,
    default: maybe,
    generated: maybe,
    identity: maybe,
    collation: maybe,
  },
  closed,
)
const defined = Type.Object({ name: text, definition: text }, closed)
const constraint = Type.Object({ ...defined.properties, isNotValid: flag }, closed)
const table = Type.Object(
  {
    name: text,
    kind: text,
    columns: Type.Array(column),
    partitionBy: maybe,
    constraints: Type.Optional(Type.Array(constraint)),
    indexes: Type.Optional(Type.Array(Type.Object({ ...defined.properties, isInvalid: flag }, closed))),
    triggers: Type.Optional(Type.Array(Type.Object({ ...defined.properties, isDisabled: flag }, closed))),
    definition: maybe,
  },
  closed,
)
const type = Type.Object(
  {
    name: text,
    kind: text,
    labels: Type.Optional(Type.Array(text)),
    base: maybe,
    notNull: flag,
    default: maybe,
    constraints: Type.Optional(Type.Array(constraint)),
    columns: Type.Optional(Type.Array(column)),
  },
  closed,
)
const sequence = Type.Object({ name: text, type: text, start: text, increment: text }, closed)

/** What `schema.json` must be. */
export const schemaSnapshot = Type.Object(
  {
    format: Type.Literal('freehold-schema/1'),
    tables: Type.Array(table),
    types: Type.Array(type),
    sequences: Type.Array(sequence),
    functions: Type.Array(defined),
  },
  closed,
)

/** What is in the schema of a service, as the catalog says it: without what follows from the manifest. */
export type SchemaSnapshot = Static<typeof schemaSnapshot>

/**
 * Reads the schema of a service. It may be read by any role that can connect.
 *
 * @param client - A connection to the service's database, outside of a transaction.
 */
export async function readSchema(client: pg.Client, service: Service): Promise<SchemaSnapshot> {
  await client.query('begin read only')
  try {
    await client.query("select set_config('search_path', quote_ident($1), true)", [service.schema])
    const { rows } = await client.query<{ content: Omit<SchemaSnapshot, 'format'> }>(
      sqlFile('releases/schema.sql'),
      [service.schema],
    )
    const { tables = [], types = [], sequences = [], functions = [] } = rows[0]?.content ?? {}
    return { format: 'freehold-schema/1', tables, types, sequences, functions }
  } finally {
    await client.query('rollback')
  }
}
