import { sqlFile } from '../provisioning/sql-files.js'
import { asSuperuser, type Side } from './side.js'

/** A column as the catalog has it. */
export interface Column {
  readonly name: string
  /** With its length or precision: `character varying(20)`. */
  readonly type: string
  readonly oid: number
  readonly notNull: boolean
  readonly default: string | null
  /** `s` or `v` where it is computed; `default` is then what from. */
  readonly generated: string | null
  /** `a`: always, `d`: by default. */
  readonly identity: string | null
  readonly collation: string
  readonly mayInsert: boolean
  readonly mayUpdate: boolean
  readonly maySelect: boolean
}

/** A constraint; its type is PostgreSQL's letter: c, f, p, u, x or n. */
export interface Constraint {
  readonly name: string
  readonly type: string
  readonly definition: string
  readonly columns: readonly string[]
  /** The same, and what those are made of that are computed: whoever writes one of these, is concerned. */
  readonly concerns: readonly string[]
  readonly refers: {
    readonly schema: string
    readonly name: string
    readonly columns: readonly string[]
  } | null
}

/** A unique or excluding index. */
export interface Unique {
  readonly name: string
  readonly definition: string
  /** Those that it names, be it in an expression, and what they are made of where they are computed. */
  readonly columns: readonly string[]
}

/** A table, view or the like. */
export interface Relation {
  readonly schema: string
  readonly name: string
  /** PostgreSQL's letter: r, p, v, m or f. */
  readonly kind: string
  readonly isPartition: boolean
  readonly columns: readonly Column[]
  readonly constraints: readonly Constraint[]
  readonly uniques: readonly Unique[]
  readonly triggers: readonly { readonly name: string; readonly definition: string; readonly body: string }[]
  readonly rules: readonly string[]
  readonly policies: readonly Policy[]
  readonly rowSecurity: boolean
  readonly partitionKey: string | null
  readonly partitions: readonly string[]
  readonly privileges: readonly string[]
}

/** Whether a trigger is one of Freehold's guards, which are the same on all schemas. */
export function isGuard({ definition }: Relation['triggers'][number]): boolean {
  return / EXECUTE FUNCTION freehold\./.test(definition)
}

/** A policy of row security. */
export interface Policy {
  readonly name: string
  readonly command: string
  readonly using: string | null
  readonly check: string | null
}

/** A type. */
export interface TypeInfo {
  readonly oid: number
  readonly name: string
  readonly fullName: string
  /** PostgreSQL's letter: b, e, d, r, m or c. */
  readonly kind: string
  readonly category: string
  readonly base: number
  readonly baseName: string
  readonly element: number
  readonly notNull: boolean
  readonly labels: readonly string[]
  readonly checks: readonly string[]
  /** Of a composite type: each with its type. */
  readonly attributes: readonly string[]
}

/** A function. */
export interface FunctionInfo {
  readonly name: string
  readonly arguments: string
  /** A digest of its whole definition. */
  readonly definition: string
  readonly body: string
  readonly mayCall: boolean
}

/** What is in a database, as far as statements of a service can meet it. */
export interface Catalog {
  readonly relations: readonly Relation[]
  readonly types: ReadonlyMap<number, TypeInfo>
  readonly functions: readonly FunctionInfo[]
  readonly searchPath: readonly string[]
}

/** Reads the catalog of a database as far as the role of the service is concerned. */
export function readCatalog(side: Side): Promise<Catalog> {
  return asSuperuser(side, async (client) => {
    const relations = await client.query<{ relation: Relation }>(sqlFile('compatibility/relations.sql'), [
      side.role,
    ])
    const types = await client.query<TypeInfo>(sqlFile('compatibility/types.sql'))
    const functions = await client.query<FunctionInfo>(sqlFile('compatibility/functions.sql'), [side.role])
    return {
      relations: relations.rows.map(({ relation }) => withConcerns(relation)),
      types: new Map(types.rows.map((type) => [type.oid, type])),
      functions: functions.rows,
      searchPath: side.searchPath,
    }
  })
}

/** An index over expressions names its columns only in its text, and so does a column that is computed. */
function withConcerns(relation: Relation): Relation {
  const withOrigins = (names: readonly string[]): string[] => [
    ...new Set(names.flatMap((name) => [name, ...originsOf(relation, name)])),
  ]
  const uniques = relation.uniques.map((unique) => ({
    ...unique,
    columns: withOrigins(columnsIn(relation, unique.definition.replace(/^.*? USING /, ''))),
  }))
  const constraints = relation.constraints.map((constraint) => {
    const index = uniques.find(({ name }) => name === constraint.name)
    return { ...constraint, concerns: withOrigins([...constraint.columns, ...(index?.columns ?? [])]) }
  })
  return { ...relation, uniques, constraints }
}

/** The columns that a computed one is made of; none where it is not computed. */
export function originsOf(relation: Relation, name: string): string[] {
  const column = relation.columns.find((each) => each.name === name)
  if (column === undefined || column.generated === null) return []
  return columnsIn(relation, column.default ?? '').filter((origin) => origin !== name)
}

/** The computed columns that are made of a column. */
export function computedFrom(relation: Relation, name: string): Column[] {
  return relation.columns.filter((column) => originsOf(relation, column.name).includes(name))
}

function columnsIn({ columns }: Relation, text: string): string[] {
  const words = new Set(text.match(/\w+/g))
  return columns.map(({ name }) => name).filter((name) => words.has(name))
}

/** The relation that a name means, with or without a schema. */
export function relationNamed(catalog: Catalog, name: string, schema?: string): Relation | undefined {
  const schemas = schema === undefined ? catalog.searchPath : [schema]
  for (const each of schemas) {
    const found = catalog.relations.find((relation) => relation.name === name && relation.schema === each)
    if (found !== undefined) return found
  }
  return undefined
}

/** The type beneath domains. */
export function baseType(catalog: Catalog, oid: number): TypeInfo | undefined {
  const type = catalog.types.get(oid)
  return type?.kind === 'd' ? baseType(catalog, type.base) : type
}
