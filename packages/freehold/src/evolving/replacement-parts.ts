import { inPlaceOf } from './expression.js'
import type { Replacement } from './kept-in-step.js'
import { identifier, lowered, madeName, nameFor } from './names.js'
import { bare, type CarriedOver } from './rehearse.js'
import type { TableShape } from './table-shape.js'

/** What a replacement consists of, as SQL. */
export interface ReplacementParts {
  /** The name of the trigger, and of its function. */
  readonly sync: string
  readonly names: readonly string[]
  /** Of the new columns, once the old one is gone. */
  readonly defaults: readonly (string | undefined)[]
  /** Constraints that are added without looking at old rows, and the statements that look at these. */
  readonly added: readonly string[]
  readonly settles: readonly string[]
  readonly indexes: readonly string[]
}

/** Works out what is made for the new columns, and what of the old one is carried over to them. */
export async function partsOf(
  table: TableShape,
  replacement: Replacement,
  carried: CarriedOver,
): Promise<ReplacementParts> {
  const { old, successors } = replacement
  const [only, second] = successors
  const on = `alter table ${identifier(table.name)}`
  const added: string[] = []
  const settles: string[] = []
  if (only && second === undefined) {
    const successor = only.column.name
    const constraints = [
      ...carried.checks,
      ...table.constraints
        .filter(({ type, columns }) => type === 'f' && columns === 1)
        .map(({ name, definition }) => ({
          name,
          definition: definition.replace(/\(.*?\)/, `(${identifier(successor)})`).replace(/ NOT VALID$/, ''),
        })),
    ].map(({ name, definition }) => ({ name: identifier(nameFor(name, old.name, successor)), definition }))
    for (const { name, definition } of constraints) {
      added.push(`add constraint ${name} ${lowered(definition)} not valid`)
      settles.push(`${on} validate constraint ${name};`)
    }
    if (old.isNotNull) {
      const name = identifier(madeName(table.name, successor, 'is_given'))
      added.push(`add constraint ${name} check (${identifier(successor)} is not null) not valid`)
      // With the check validated, SET NOT NULL need not look at the rows.
      settles.push(
        `${on} validate constraint ${name};\n${on} alter column ${identifier(successor)} set not null;\n${on} drop constraint ${name};`,
      )
    }
  }
  return {
    sync: identifier(madeName(table.name, old.name, 'in_step')),
    names: successors.map(({ column }) => column.name),
    defaults: await Promise.all(
      successors.map(async ({ using }) =>
        old.default === null
          ? undefined
          : inPlaceOf('--using', using, new Map([[old.name, `(${old.default})`]])),
      ),
    ),
    added,
    settles,
    indexes: carried.indexes.map(({ name, definition }) => {
      const unique = definition.startsWith('CREATE UNIQUE') ? 'unique ' : ''
      const made = identifier(nameFor(name, old.name, only?.column.name ?? ''))
      return `create ${unique}index concurrently ${made} on ${identifier(table.name)} using ${lowered(bare(definition)).replace(/^unique /, '')};`
    }),
  }
}
