import pg from 'pg'
import type { Relation } from './catalog.js'
import { asSuperuser, type Side } from './side.js'
import type { Value } from './values.js'

/** A row, its values as text. */
export type SampleRow = Readonly<Record<string, Value>>

/** A few rows of every table, by `schema.name`. */
export type Samples = ReadonlyMap<string, readonly SampleRow[]>

const each = 3

/** Reads a few rows of every table: what is there is what a statement can find. */
export async function readSamples(side: Side, relations: readonly Relation[]): Promise<Samples> {
  return asSuperuser(side, async (client) => {
    const samples = new Map<string, readonly SampleRow[]>()
    for (const relation of relations) {
      if (relation.kind === 'f' || relation.columns.length === 0) continue
      const { rows } = await client
        .query<SampleRow>(`select ${columnsOf(relation)} from ${qualified(relation)} limit ${each}`)
        // A view whose tables refuse, or a materialized one without data, has nothing to offer.
        .catch(() => ({ rows: [] }))
      samples.set(nameOf(relation), rows)
    }
    return samples
  })
}

/**
 * What a migration has made of rows: each as it is on another side, found by its primary key, in the place of the one
 * before. One that is not found stays as it was.
 */
export async function readCarried(
  side: Side,
  relations: readonly Relation[],
  samples: Samples,
): Promise<Samples> {
  return asSuperuser(side, async (client) => {
    const carried = new Map<string, readonly SampleRow[]>()
    for (const relation of relations) {
      const key = relation.constraints.find(({ type }) => type === 'p')?.columns
      if (key === undefined) continue
      const isIt = key.map((name, i) => `${pg.escapeIdentifier(name)}::text = $${i + 1}`).join(' and ')
      const text = `select ${columnsOf(relation)} from ${qualified(relation)} where ${isIt}`
      const rows: SampleRow[] = []
      for (const row of samples.get(nameOf(relation)) ?? []) {
        const values = key.map((name) => row[name] ?? null)
        rows.push((await client.query<SampleRow>(text, values)).rows[0] ?? row)
      }
      carried.set(nameOf(relation), rows)
    }
    return carried
  })
}

const nameOf = ({ schema, name }: Relation): string => `${schema}.${name}`

function qualified({ schema, name }: Relation): string {
  return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`
}

function columnsOf({ columns }: Relation): string {
  return columns.map(({ name }) => `${pg.escapeIdentifier(name)}::text`).join(', ')
}
