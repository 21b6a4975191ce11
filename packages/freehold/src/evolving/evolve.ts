import type { Service } from '@freehold/manifest'
import type pg from 'pg'
import { dropColumn, dropTable } from './drop.js'
import type { Evolution, EvolutionPath, PathContext } from './evolution.js'
import { inPlaceOf } from './expression.js'
import type { Replacement } from './kept-in-step.js'
import { functionGrants } from './function-grants.js'
import { identifier } from './names.js'
import { addForeignKey, setNotNull } from './narrow.js'
import { refuseOpenPath } from './open-paths.js'
import { refused } from './refuse.js'
import { rehearse, rehearseDefault } from './rehearse.js'
import { replaceColumn } from './replace-column.js'
import {
  changeableColumn,
  existingColumn,
  isSealed,
  readTableShape,
  type ColumnShape,
  type TableShape,
} from './table-shape.js'
import { tryOnValues } from './try-on-values.js'

/**
 * Writes the path of an evolution for the table as the database has it: each file, and what is left to people.
 *
 * @param session - The migrator's, in the service's database. Nothing stays of what is tried in it.
 * @throws FreeholdError `FREEHOLD_EVOLUTION_REFUSED` with a reason, or `FREEHOLD_EVOLUTION_EXPRESSION`.
 */
export async function evolve(
  session: pg.Client,
  service: Service,
  evolution: Evolution,
  context: PathContext,
): Promise<EvolutionPath> {
  const columns = 'column' in evolution ? [evolution.column] : []
  const table = await readTableShape(session, service, evolution.table, columns)
  if (evolution.kind === 'drop-table') {
    refuseReferrers(table, table.name)
    return dropTable(table, context)
  }
  if (evolution.kind === 'add-foreign-key') {
    return foreignKey(session, service, table, evolution, context)
  }
  const column = changeableColumn(service, table, evolution.column)
  if (evolution.kind === 'set-not-null') {
    const given = evolution.default
    if (column.isNotNull) throw refused(`${table.name}.${column.name}`, 'it is required already.')
    // What a default gives, the trigger of a path would take for what a version gave.
    if (given !== undefined || column.default !== null)
      await refuseOpenPath(session, service, table.name, column.name)
    if (given !== undefined) {
      if (isSealed(table, column.name)) throw unsealedDefault(table, column)
      await inPlaceOf('--default', given, new Map())
      await rehearseDefault(session, table, column, given)
    }
    return setNotNull(table, column, given, context)
  }
  await refuseOpenPath(session, service, table.name, column.name)
  refuseDependents(table, column)
  if (isSealed(table, column.name)) throw sealed(table, column)
  if (evolution.kind === 'drop-column') return dropColumn(table, column, context)
  const replacement = replacementOf(table, column, evolution)
  if (!column.isNotNull && column.default !== null) {
    throw refused(
      `${table.name}.${column.name}`,
      'it may be null and has a default, so that a null which the new version inserts cannot be told from a value which the old one leaves out.',
      'Make it required first (--set-not-null), or drop its default in a migration of its own.',
    )
  }
  await requireExpressions(replacement)
  const carried = await rehearse(session, service.schema, table, replacement)
  const limits = await tryOnValues(session, table, replacement, context.next)
  const grants = await functionGrants(session, service, [
    ...replacement.successors.map(({ using }) => using),
    replacement.back,
  ])
  const { steps, advice } = await replaceColumn(table, replacement, { ...carried, grants }, context)
  return { steps, advice: [...limits, ...advice] }
}

function replacementOf(
  table: TableShape,
  old: ColumnShape,
  evolution: Extract<Evolution, { kind: 'rename-column' | 'change-type' | 'split' }>,
): Replacement {
  const made = (name: string, type: string): ColumnShape => {
    if (!table.columns.some((column) => column.name === name)) {
      return { ...old, name, type, default: null, isNotNull: false }
    }
    throw refused(`${table.name}.${old.name}`, `the table has a column "${name}" already.`)
  }
  const name = identifier(old.name)
  switch (evolution.kind) {
    case 'rename-column':
      return {
        table: table.name,
        old,
        successors: [{ column: made(evolution.to, old.type), using: name }],
        back: identifier(evolution.to),
      }
    case 'change-type': {
      const { to, type, using = `${name}::${type}`, back = `${identifier(to)}::${old.type}` } = evolution
      return { table: table.name, old, successors: [{ column: made(to, type), using }], back }
    }
    case 'split': {
      const successors = evolution.into.map(({ column, using }) => ({
        column: made(column, old.type),
        using,
      }))
      return { table: table.name, old, successors, back: evolution.back }
    }
  }
}

/** Before any of it is run. */
async function requireExpressions({ old, successors, back }: Replacement): Promise<void> {
  for (const { using } of successors)
    await inPlaceOf('--using', using, new Map([[old.name, identifier(old.name)]]))
  const names = successors.map(({ column }): [string, string] => [column.name, identifier(column.name)])
  await inPlaceOf('--back', back, new Map(names))
}

async function foreignKey(
  session: pg.Client,
  service: Service,
  table: TableShape,
  { column: name, references }: Extract<Evolution, { kind: 'add-foreign-key' }>,
  context: PathContext,
): Promise<EvolutionPath> {
  const column = existingColumn(table, name)
  const target = await readTableShape(session, service, references.table, [references.column])
  existingColumn(target, references.column)
  const object = `${table.name}.${name}`
  const isUnique = [...target.constraints, ...target.indexes].some(({ definition }) =>
    new RegExp(`(?:PRIMARY KEY|UNIQUE).*\\("?${references.column}"?\\)$`).test(definition),
  )
  if (!isUnique) {
    throw refused(
      object,
      `${references.table}.${references.column} is not unique alone, so nothing can refer to it.`,
    )
  }
  const [from, to] = [identifier(table.name), identifier(references.table)]
  const [own, other] = [identifier(name), identifier(references.column)]
  const orphans = `select count(*) from ${from} where ${own} is not null and not exists (select from ${to} as target where target.${other} = ${from}.${own})`
  const { rows } = await session.query<{ count: string }>(orphans)
  if (rows[0]?.count !== '0') {
    throw refused(
      object,
      `${rows[0]?.count ?? 'some'} rows refer to nothing: ${orphans}`,
      'Mend these rows first, in a backfill of their own.',
    )
  }
  const there = table.constraints.find(
    ({ type, definition }) => type === 'f' && definition.startsWith(`FOREIGN KEY (${own})`),
  )
  if (there) throw refused(object, `${there.name} makes it a foreign key already.`)
  const isIndexed =
    table.indexes.some(({ definition }) => definition.includes(`(${own}`)) || table.key === name
  return addForeignKey(table, column, references, isIndexed, context)
}

function refuseDependents(table: TableShape, column: ColumnShape): void {
  const object = `${table.name}.${column.name}`
  refuseReferrers(table, object)
  const exclusion = table.constraints.find(({ type }) => type === 'x')
  if (exclusion) throw refused(object, `the exclusion constraint ${exclusion.name} is about it.`)
  if (table.dependents.length === 0) return
  throw refused(
    object,
    `what depends on it would go with it: ${table.dependents.join(', ')}.`,
    'Make these anew without the column, in a migration before.',
  )
}

function refuseReferrers(table: TableShape, object: string): void {
  if (table.referrers.length === 0) return
  throw refused(
    object,
    `foreign keys lead to it: ${table.referrers.join(', ')}.`,
    'Let these go first, on a path of their own.',
  )
}

/** Only a program has the keys, and an envelope is bound to its column. */
function sealed(table: TableShape, column: ColumnShape): unknown {
  return refused(
    `${table.name}.${column.name}`,
    'it is personal, and the history of its table keeps it sealed under its name: no trigger can seal it under another, and no revision would open under one.',
    `Add a column beside it, declare it in personal.fields of ${table.name}, and have the service write both and read whichever is there: the runtime seals each. The old one stays, or is emptied by the service.`,
  )
}

function unsealedDefault(table: TableShape, column: ColumnShape): unknown {
  return refused(
    `${table.name}.${column.name}`,
    'it is personal, and a default would come into the history without being sealed.',
    'Have the service give the value, and leave --default out.',
  )
}
