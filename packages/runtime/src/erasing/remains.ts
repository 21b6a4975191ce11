import { personalTablesOf, type Service } from '@freehold/manifest'
import type { Queryable } from '../database/index.js'
import type { Erasable } from '../personal/index.js'
import { identifier } from '../statements/identifier.js'

/** Counts the rows about somebody in which something personal is left, by table; tables without any are left out. */
export type Remains = (db: Queryable, erasable: Erasable) => Promise<Record<string, number>>

/** Looks into the tables of a service that its manifest marks. */
export function remainsOf(service: Service): Remains {
  return async (db, { subject, purpose }) => {
    const tables = personalTablesOf(service, purpose)
    if (tables.length === 0) return {}
    const counts = tables.map(({ table, personal }) => {
      const isLeft = personal.fields.map((field) => `${identifier(field)} is not null`).join(' or ')
      const where = `where ${identifier(personal.subject)}::text = $1 and (${isLeft})`
      return `select '${table}' as name, count(*)::integer as rows from ${identifier(table)} ${where}`
    })
    const { rows } = await db.query<{ name: string; rows: number }>(counts.join(' union all '), [subject])
    return Object.fromEntries(rows.flatMap(({ name, rows }) => (rows > 0 ? [[name, rows] as const] : [])))
  }
}
