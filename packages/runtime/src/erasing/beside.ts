import { personalTablesOf, projectionSchemasOf, type Service } from '@freehold/manifest'
import type { Queryable } from '../database/index.js'
import type { Erasable } from '../personal/index.js'
import { identifier } from '../statements/identifier.js'

/**
 * Deletes somebody's rows from builds of projections that are made beside the live one, or kept from before a swap, and
 * counts them by table. A service knows nothing of them, so its own function does not reach them; and whoever swaps or rolls
 * back would bring everybody back.
 */
export async function eraseBeside(
  db: Queryable,
  service: Service,
  { subject, purpose }: Erasable,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { name, table, about } of await buildsBeside(db, service, purpose)) {
    const { rowCount } = await db.query(`delete from ${table} where ${about}::text = $1`, [subject])
    if (rowCount) counts[name] = rowCount
  }
  return counts
}

/** A build of a projection, as a statement names it, and its column that says whom a row is about. */
interface Build {
  readonly name: string
  readonly table: string
  readonly about: string
}

async function buildsBeside(db: Queryable, service: Service, purpose: string | undefined): Promise<Build[]> {
  const schemas = Object.values(projectionSchemasOf(service))
  const places = personalTablesOf(service, purpose)
    .filter(({ isProjection }) => isProjection)
    .flatMap(({ table, personal }) =>
      schemas.map((schema) => ({
        name: `${schema}.${table}`,
        table: `${identifier(schema)}.${identifier(table)}`,
        about: identifier(personal.subject),
      })),
    )
  if (places.length === 0) return []
  const { rows } = await db.query<{ name: string }>(
    'select n.name from unnest($1::text[]) as n (name) where to_regclass(n.name) is not null',
    [places.map(({ table }) => table)],
  )
  const there = new Set(rows.map(({ name }) => name))
  return places.filter(({ table }) => there.has(table))
}
