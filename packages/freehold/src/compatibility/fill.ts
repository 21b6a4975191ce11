import pg from 'pg'
import { relationNamed, type Catalog, type Column, type Relation } from './catalog.js'
import { conditionsOn, edgesOf, settingsRead } from './constants.js'
import { envelope, envelopesFor, isEnvelope, sealedFields } from './envelopes.js'
import { asSuperuser, type Side } from './side.js'
import type { StatementShape } from './statement-shape.js'
import { freshValue, isFormOf, valuesOf } from './values.js'

const rowsWanted = 3
const attemptsPerRow = 10

/** A database and what is in it. */
export interface Filled {
  readonly side: Side
  readonly catalog: Catalog
}

/**
 * Puts a few rows into every table that has none, so that triggers, policies and migrations meet some. Rows that both
 * schemas take are preferred: a migration then runs over them, as it will in production.
 *
 * @param database - The one to fill.
 * @param other - The same at the other state, which gets the same rows where it takes them.
 */
export async function fillTables(
  database: Filled,
  other: Filled,
  shapes: readonly StatementShape[],
): Promise<void> {
  await asSuperuser(database.side, (client) =>
    asSuperuser(other.side, async (second) => {
      const filler = new Filler(database.catalog, other.catalog, shapes)
      await client.query(filler.settings())
      await second.query(filler.settings())
      for (const relation of filler.inOrder()) {
        const { rows } = await client.query<{ filled: boolean }>(
          `select exists (select from ${nameOf(relation)}) as filled`,
        )
        if (rows[0]?.filled === true) continue
        for (let row = 0; row < rowsWanted; row += 1) await insertRow(client, second, filler, relation, row)
      }
      await moveSequences(client)
      await moveSequences(second)
    }),
  )
}

/** Whether every table has rows already, so that there is nothing to fill. */
export async function hasRows(side: Side, { relations }: Catalog): Promise<boolean> {
  const tables = relations.filter(({ kind, isPartition }) => /[rp]/.test(kind) && !isPartition)
  if (tables.length === 0) return true
  return asSuperuser(side, async (client) => {
    const each = tables.map((table) => `exists (select from ${nameOf(table)})`).join(' and ')
    const { rows } = await client.query<{ filled: boolean }>(`select ${each} as filled`)
    return rows[0]?.filled === true
  })
}

async function insertRow(
  client: pg.Client,
  second: pg.Client,
  filler: Filler,
  relation: Relation,
  row: number,
): Promise<void> {
  for (const needsBoth of [true, false]) {
    const shifts = new Map<string, number>()
    let attempt = 0
    for (let time = 0; time < attemptsPerRow * 4 && attempt < attemptsPerRow; time += 1) {
      const statement = filler.insert(relation, row, { attempt, shifts })
      const there = await refusalOf(second, `begin; ${statement}`)
      const isGoneOn = there === undefined || !needsBoth
      const here = isGoneOn ? await refusalOf(client, statement) : there
      await refusalOf(second, there === undefined && here === undefined ? 'commit' : 'rollback')
      if (isGoneOn && here === undefined) return
      // Where it is known which columns are to blame, the others stay as they are.
      const blamed = columnsBlamed(relation, here)
      for (const column of blamed) shifts.set(column, (shifts.get(column) ?? 0) + 1)
      if (blamed.length === 0) attempt += 1
    }
  }
}

/** What a statement fails with; undefined where it does not. */
function refusalOf(client: pg.Client, text: string): Promise<unknown> {
  return client.query(text).then(
    () => undefined,
    (cause: unknown) => cause,
  )
}

/** The columns of the condition that was not met. */
function columnsBlamed({ constraints }: Relation, cause: unknown): readonly string[] {
  if (!(cause instanceof pg.DatabaseError) || cause.code !== '23514') return []
  return constraints.find(({ name }) => name === cause.constraint)?.concerns ?? []
}

// Rows that came with ids of their own leave the sequence behind.
async function moveSequences(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ sequence: string; relation: string; column: string }>(
    `select format('%I.%I', sn.nspname, s.relname) as sequence, format('%I.%I', n.nspname, c.relname) as relation, quote_ident(a.attname) as column
     from pg_class s join pg_namespace sn on sn.oid = s.relnamespace
     join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i') and d.refobjsubid > 0
     join pg_class c on c.oid = d.refobjid join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid
     where s.relkind = 'S'`,
  )
  for (const { sequence, relation, column } of rows)
    await refusalOf(
      client,
      `select setval('${sequence}', (select coalesce(max(${column}), 0) + 100 from ${relation})::bigint) where (select coalesce(max(${column}), 0) from ${relation}) + 100 > (select last_value from ${sequence})`,
    )
}

/** Which values of those that a column may have: others in each attempt, and further ones in some columns. */
interface Turn {
  readonly attempt: number
  readonly shifts: ReadonlyMap<string, number>
}

class Filler {
  #number = 0
  readonly #catalog: Catalog
  readonly #other: Catalog
  readonly #constants: StatementShape['constants']

  constructor(catalog: Catalog, other: Catalog, shapes: readonly StatementShape[]) {
    this.#catalog = catalog
    this.#other = other
    this.#constants = shapes.flatMap(({ constants }) => constants)
  }

  /** Sets what triggers and defaults read, by a guess at its type. */
  settings(): string {
    const names = new Set([...settingsRead(this.#catalog).keys(), ...settingsRead(this.#other).keys()])
    const bodies = JSON.stringify([this.#catalog.functions, this.#catalog.relations, this.#other.functions])
    const set = [...names].map((name) => {
      const isUuid = new RegExp(`${name}[^;]{0,40}::uuid`).test(bodies)
      return `set_config(${pg.escapeLiteral(name)}, '${isUuid ? '0190f0a0-0000-7000-8000-000000000001' : '1'}', false)`
    })
    return set.length === 0 ? 'select 1' : `select ${set.join(', ')}`
  }

  /** Tables, those before that others refer to. */
  inOrder(): Relation[] {
    const ordered: Relation[] = []
    const left = this.#catalog.relations.filter(({ kind, isPartition }) => /[rp]/.test(kind) && !isPartition)
    while (left.length > 0) {
      const free = left.findIndex((relation) =>
        this.#references(relation).every(
          ({ schema, name }) =>
            (schema === relation.schema && name === relation.name) ||
            !left.some((other) => other.name === name && other.schema === schema),
        ),
      )
      ordered.push(...left.splice(Math.max(free, 0), 1))
    }
    return ordered
  }

  /** An INSERT of a row: another one for every row, and for every attempt. */
  insert(relation: Relation, row: number, turn: Turn): string {
    this.#number += 1
    const columns = relation.columns.filter(
      ({ generated, identity }) => generated === null && identity === null,
    )
    const values = columns.map((column) => this.#value(relation, column, row, turn))
    const personal = columns.findIndex(({ name }) => name === 'personal')
    if (personal >= 0 && sealedFields(relation).length > 0) {
      const full = columns.filter((_, index) => values[index] !== 'null').map(({ name }) => name)
      values[personal] = pg.escapeLiteral(envelopesFor(relation, full, this.#number))
    }
    const given = columns.flatMap(({ name }, index) =>
      values[index] === 'default' ? [] : [{ name, value: values[index] ?? 'null' }],
    )
    if (given.length === 0) return `insert into ${nameOf(relation)} default values`
    return `insert into ${nameOf(relation)} (${given.map(({ name }) => pg.escapeIdentifier(name)).join(', ')}) values (${given.map(({ value }) => value).join(', ')})`
  }

  #value(relation: Relation, column: Column, row: number, { attempt, shifts }: Turn): string {
    const shift = shifts.get(column.name) ?? 0
    const reference = this.#references(relation).find(({ own }) => own.includes(column.name))
    if (reference !== undefined) {
      if (reference.name === relation.name && reference.schema === relation.schema)
        return column.notNull ? 'default' : 'null'
      const to = reference.columns[reference.own.indexOf(column.name)] ?? ''
      const parent = `${pg.escapeIdentifier(reference.schema)}.${pg.escapeIdentifier(reference.name)}`
      return `(select ${pg.escapeIdentifier(to)} from ${parent} order by ctid offset ${row + attempt} % greatest((select count(*) from ${parent}), 1) limit 1)`
    }
    // One row has as little as it may: statements look for what is not yet revoked, deleted or done.
    if (!column.notNull && row === rowsWanted - 1 && attempt + shift === 0) return 'null'
    if (column.default !== null && attempt % 2 === 0 && shift === 0) return 'default'
    const choices = this.#choices(relation, column)
    // Each column changes at a pace of its own, so that several meet in all ways.
    const chosen = choices[(row + shift + attempt * (1 + (column.name.length % 3))) % choices.length]
    return chosen === undefined ? 'null' : pg.escapeLiteral(chosen)
  }

  #choices(relation: Relation, column: Column): string[] {
    const there = relationNamed(this.#other, relation.name, relation.schema)
    const next = there?.columns.find(({ name }) => name === column.name)
    const used = this.#constants.filter(({ use }) => use.column === column.name).map(({ value }) => value)
    const edges = [
      ...conditionsOn(this.#catalog, relation, column.name),
      ...(there ? conditionsOn(this.#other, there, column.name) : []),
    ].flatMap(edgesOf)
    const fresh = [freshValue(this.#catalog, column.oid, this.#number)]
    // What shall have another type has values already that fit it.
    if (next !== undefined && next.type !== column.type)
      fresh.unshift(freshValue(this.#other, next.oid, this.#number % 100), valuesOf(this.#other, next.oid)[0])
    if (isEnvelope(relation, column)) fresh.unshift(envelope(this.#number, column))
    const plain = fresh.filter((value) => value !== undefined)
    const isDecided = relation.constraints.some(
      ({ type, concerns }) => type === 'c' && concerns.includes(column.name),
    )
    const isUnique = relation.uniques.some(({ columns }) => columns.includes(column.name))
    const preferred =
      isUnique || isEnvelope(relation, column)
        ? [...plain, ...used, ...edges]
        : isDecided
          ? [...edges, ...used, ...plain]
          : [...used, ...plain, ...edges]
    const all = new Set([...preferred, ...valuesOf(this.#catalog, column.oid).slice(0, 8)])
    return [...all].filter((value) => isFormOf(this.#catalog, column.oid, value))
  }

  #references(
    relation: Relation,
  ): { own: readonly string[]; schema: string; name: string; columns: readonly string[] }[] {
    const there = relationNamed(this.#other, relation.name, relation.schema)
    return [...relation.constraints, ...(there?.constraints ?? [])].flatMap(({ refers, columns }) =>
      refers === null || relationNamed(this.#catalog, refers.name, refers.schema) === undefined
        ? []
        : [{ own: columns, ...refers }],
    )
  }
}

function nameOf({ schema, name }: Relation): string {
  return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`
}
