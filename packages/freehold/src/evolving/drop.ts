import { contractComesLast, type EvolutionPath, type PathContext, type PathStep } from './evolution.js'
import { identifier } from './names.js'
import type { ColumnShape, TableShape } from './table-shape.js'

/** The path on which a column goes away. */
export function dropColumn(
  table: TableShape,
  column: ColumnShape,
  { next, current, unusedFor }: PathContext,
): EvolutionPath {
  const on = `alter table ${identifier(table.name)}`
  const object = `${table.name}.${column.name}`
  const isRequired = column.isNotNull && column.default === null
  const expand: PathStep = {
    name: 'expand',
    phase: 'expand',
    compatible: `>=${current}`,
    about: [
      `Lets ${next} leave ${object} out. A version that still reads it must be able to read null in rows of ${next}.`,
    ],
    sql: `${on} alter column ${identifier(column.name)} drop not null;`,
  }
  const contract: PathStep = {
    name: 'contract',
    phase: 'contract',
    compatible: `>=${next}`,
    contract: `${object} after ${unusedFor}`,
    about: [
      `Takes ${object} away, with its values. It is refused until no statement has used that column for ${unusedFor}.`,
    ],
    sql: `${on} drop column ${identifier(column.name)};`,
  }
  return {
    steps: isRequired ? [expand, contract] : [contract],
    advice: [
      `Have ${next} name the columns that it reads and inserts, and not ${column.name}.`,
      ...(table.indexes.length > 0
        ? [
            `With the column go ${table.indexes.map(({ name }) => name).join(', ')}: make without it, in a migration before, what is still needed.`,
          ]
        : []),
      contractComesLast,
    ],
  }
}

/** The path on which a table goes away. */
export function dropTable(table: TableShape, { next, unusedFor }: PathContext): EvolutionPath {
  return {
    steps: [
      {
        name: 'contract',
        phase: 'contract',
        compatible: `>=${next}`,
        contract: `${table.name} after ${unusedFor}`,
        about: [
          `Takes ${table.name} away, with its rows. It is refused until no statement has used it for ${unusedFor}.`,
        ],
        sql: `drop table ${identifier(table.name)};`,
      },
    ],
    advice: [
      `Have ${next} do without ${table.name}, and remove it from ownership.ts once the contract step is applied.`,
      ...(table.hasHistory ? [`Its history is a log, which stays, and stays declared.`] : []),
    ],
  }
}
