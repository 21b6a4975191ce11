import { isWider } from './wider-types.js'
import { originsOf, relationNamed, type Catalog, type Relation } from './catalog.js'

/** Something that a schema allowed, and another does not. */
export interface Narrowing {
  readonly table: string
  /** The columns that it is about; all writes when absent. */
  readonly columns?: readonly string[]
  /** Whether leaving the columns out is what is refused, rather than writing them. */
  readonly ifOmitted?: true
  readonly commands: readonly string[]
  readonly message: string
  readonly sqlstate: string
  /** Whether it refuses nothing by itself, as far as its text shows. */
  readonly isMild?: true
}

/** What the second schema allows less than the first, by their catalogs. */
export function narrowingsBetween(from: Catalog, to: Catalog): Narrowing[] {
  return from.relations.flatMap((relation) => {
    const there = relationNamed(to, relation.name, relation.schema)
    return there === undefined ? [] : [...inColumns(from, relation, to, there), ...inTable(relation, there)]
  })
}

const writes = ['insert', 'update', 'merge']

function inColumns(from: Catalog, relation: Relation, to: Catalog, there: Relation): Narrowing[] {
  const table = relation.name
  const found: Narrowing[] = []
  for (const column of there.columns) {
    const was = relation.columns.find(({ name }) => name === column.name)
    const columns = [column.name]
    const isFilled = column.default !== null || column.identity !== null || column.generated !== null
    const say = (message: string, sqlstate: string, rest: Partial<Narrowing> = {}) =>
      found.push({
        table,
        columns,
        commands: writes,
        message: `${table}.${column.name} ${message}.`,
        sqlstate,
        ...rest,
      })
    if (column.notNull && !isFilled && (was === undefined || !was.notNull || was.default !== null))
      say('is required now, and an INSERT that leaves it out fails', '23502', {
        ifOmitted: true,
        commands: ['insert', 'merge'],
      })
    if (was === undefined) {
      const origins = originsOf(there, column.name)
      if (column.notNull && origins.length > 0)
        say(`is computed from ${origins.join(', ')} and takes no NULL`, '23502', { columns: origins })
      continue
    }
    if (column.notNull && !was.notNull) say('takes no NULL any more', '23502')
    if (column.generated !== null && was.generated === null)
      say('is computed now and cannot be written', '428C9')
    if (column.identity === 'a' && was.identity !== 'a')
      say('is always generated now and cannot be written', '428C9')
    if (column.type !== was.type && !isWider(was.type, column.type))
      say(`is ${column.type} now, and was ${was.type}`, '22000')
    const labels = to.types.get(column.oid)?.labels ?? []
    const lost = from.types.get(was.oid)?.labels.filter((label) => !labels.includes(label)) ?? []
    if (lost.length > 0)
      say(`does not take ${lost.map((label) => `'${label}'`).join(', ')} any more`, '22P02')
    const added =
      to.types.get(column.oid)?.checks.filter((check) => !from.types.get(was.oid)?.checks.includes(check)) ??
      []
    if (added.length > 0) say(`has a domain that says ${added.join(', ')}`, '23514')
    if (was.mayInsert && !column.mayInsert)
      say('may not be inserted any more', '42501', { commands: ['insert'] })
    if (was.mayUpdate && !column.mayUpdate)
      say('may not be updated any more', '42501', { commands: ['update'] })
  }
  return found
}

const kinds: Readonly<Record<string, readonly [string, string]>> = {
  c: ['has a condition', '23514'],
  f: ['refers to another table', '23503'],
  u: ['takes no second row of the same', '23505'],
  p: ['takes no second row of the same', '23505'],
  x: ['excludes rows', '23P01'],
}

function inTable(relation: Relation, there: Relation): Narrowing[] {
  const table = relation.name
  const found: Narrowing[] = []
  for (const { name, type, definition, concerns: columns } of there.constraints) {
    const [what, sqlstate] = kinds[type] ?? []
    if (what === undefined || sqlstate === undefined) continue
    if (
      relation.constraints.some(
        (each) => each.definition.replace(' NOT VALID', '') === definition.replace(' NOT VALID', ''),
      )
    )
      continue
    found.push({
      table,
      columns,
      commands: writes,
      message: `${table} ${what} now, ${name}: ${definition}.`,
      sqlstate,
    })
  }
  for (const { name, definition, columns } of there.uniques) {
    const key = (text: string) => text.replace(/^.*? USING /, '')
    if (relation.uniques.some((each) => key(each.definition) === key(definition))) continue
    if (there.constraints.some((each) => each.name === name)) continue
    found.push({
      table,
      ...(columns.length > 0 && { columns }),
      commands: writes,
      message: `${table} takes no second row of the same now, ${name}.`,
      sqlstate: '23505',
    })
  }
  const all = ['insert', 'update', 'delete', 'merge']
  for (const { name, definition, body } of there.triggers)
    if (!relation.triggers.some((each) => each.definition === definition))
      found.push({
        table,
        commands: commandsOf(definition),
        message: `${table} has a new trigger, ${name}.`,
        sqlstate: 'P0001',
        ...(!mayRefuse(body) && { isMild: true }),
      })
  if (
    there.rowSecurity &&
    JSON.stringify([relation.rowSecurity, relation.policies]) !== JSON.stringify([true, there.policies])
  )
    found.push({
      table,
      commands: all,
      message: `The row security of ${table} is another one now.`,
      sqlstate: '42501',
    })
  return found
}

/** Whether the body of a trigger's function raises, passes over the row, or does something that may fail elsewhere. */
function mayRefuse(body: string): boolean {
  return /\braise\b(?!\s+(?:notice|warning|info|log|debug)\b)|\bassert\b|\breturn\s+(?:null|old)\b|\binsert\s+into\b|\bupdate\s+\w|\bdelete\s+from\b|\bmerge\s+into\b|\b(?:execute|perform|call|strict)\b/i.test(
    body,
  )
}

/** `CREATE TRIGGER t BEFORE INSERT OR UPDATE OF a ON …` */
function commandsOf(definition: string): string[] {
  const events = /(?:BEFORE|AFTER|INSTEAD OF) (.*?) ON /.exec(definition)?.[1] ?? ''
  const named = ['insert', 'update', 'delete', 'truncate'].filter((event) =>
    events.includes(event.toUpperCase()),
  )
  return [...named, 'merge']
}
