import type { Service } from '@freehold/manifest'
import type pg from 'pg'
import { sqlFile } from '../provisioning/sql-files.js'

/** A column, and whether a row must say what is in it. */
export interface Column {
  readonly name: string
  readonly type: string
  readonly needed: boolean
  /** Where what is personal in it is sealed: in the column itself, or beside it for the history. */
  readonly sealed: 'itself' | 'beside' | null
}

/** A table as it stands in the database. */
export interface Relation {
  readonly schema: string
  readonly name: string
  /** With its schema, quoted where that is needed. */
  readonly qualified: string
  readonly columns: readonly Column[]
  readonly sequence: string | null
  readonly partitions: readonly string[]
  /** A seq for a row that is taken back again. */
  readonly free_seq: string
}

/** What is there to be attacked in a database. */
export interface Survey {
  readonly database: string
  readonly services: readonly Service[]
  readonly relations: readonly Relation[]
}

/** Looks at a database: its tables, as they are now. */
export async function surveyDatabase(
  client: pg.Client,
  database: string,
  services: readonly Service[],
): Promise<Survey> {
  const schemas = [...services.map(({ schema }) => schema), 'freehold']
  const { rows } = await client.query<Relation>(sqlFile('proving/relations.sql'), [schemas])
  return { database, services, relations: rows }
}

/** The table of a survey, undefined when it is not there. */
export function relationOf({ relations }: Survey, schema: string, name: string): Relation | undefined {
  return relations.find((relation) => relation.schema === schema && relation.name === name)
}
