import { contractComesLast, type EvolutionPath, type PathContext, type PathStep } from './evolution.js'
import { syncFunction, type Replacement } from './kept-in-step.js'
import { identifier } from './names.js'
import type { Surroundings } from './rehearse.js'
import { partsOf, type ReplacementParts } from './replacement-parts.js'
import type { TableShape } from './table-shape.js'

/** The path on which a column gives way to others: a new name, a new type, or several columns. */
export async function replaceColumn(
  table: TableShape,
  replacement: Replacement,
  carried: Surroundings,
  context: PathContext,
): Promise<EvolutionPath> {
  const parts = await partsOf(table, replacement, carried)
  const { next, current, unusedFor } = context
  const old = `${table.name}.${replacement.old.name}`
  const names = parts.names.map((name) => `${table.name}.${name}`).join(', ')
  const steps: (PathStep | undefined)[] = [
    {
      name: 'expand',
      phase: 'expand',
      compatible: `<${next}`,
      about: [
        `Adds ${names} beside ${old}, and a trigger that keeps both in step whichever version of the service writes.`,
        `Rows that are there get their values with the next file. A version that reads ${names} must wait for it.`,
      ],
      sql: [
        addColumns(table, replacement, parts),
        ...carried.grants,
        await syncFunction(replacement, parts.sync),
      ].join('\n\n'),
    },
    {
      name: 'backfill',
      phase: 'backfill',
      compatible: `>=${current}`,
      about: [
        `Fills ${names} in the rows that nobody has written since. Each row advances by a version, as with any change.`,
        `Once it is applied, ${next} may run beside ${current}, and either may go back to the other.`,
      ],
      sql: backfillSql(table, replacement),
    },
    parts.indexes.length === 0
      ? undefined
      : {
          name: 'indexes',
          phase: 'switch',
          compatible: `>=${current}`,
          about: [`Builds for ${names} the indexes that ${old} has, while all go on writing.`],
          sql: parts.indexes.join('\n\n'),
        },
    parts.settles.length === 0
      ? undefined
      : {
          name: 'switch',
          phase: 'switch',
          compatible: `>=${current}`,
          about: [
            `Checks the rows that were there before, while all go on writing. If it fails, a row has no value that fits: the message names the constraint.`,
          ],
          sql: parts.settles.join('\n\n'),
        },
    {
      name: 'contract',
      phase: 'contract',
      compatible: `>=${next}`,
      contract: `${old} after ${unusedFor}`,
      about: [
        `Takes ${old} away. It is refused until no statement has used that column for ${unusedFor}, and no version before ${next} has run for as long.`,
        `After it there is no way back to a version before ${next}.`,
      ],
      sql: contractSql(table, replacement, parts),
    },
  ]
  return { steps: steps.filter((step) => step !== undefined), advice: adviceOn(table, replacement, context) }
}

function addColumns(table: TableShape, { successors }: Replacement, { added }: ReplacementParts): string {
  const columns = successors.map(({ column }) => `add column ${identifier(column.name)} ${column.type}`)
  return `alter table ${identifier(table.name)}\n  ${[...columns, ...added].join(',\n  ')};`
}

function backfillSql(table: TableShape, { successors }: Replacement): string {
  const names = successors.map(({ column }) => identifier(column.name))
  const set = successors.map(({ using }, index) => `${names[index] ?? ''} = ${using}`)
  const isEmpty = names.map((name) => `${name} is null`)
  // Where nothing is to be filled in, no version is spent on it.
  const isFilled = successors.map(({ using }) => `${wrapped(using)} is not null`)
  const some = isFilled.length === 1 ? (isFilled[0] ?? '') : `(${isFilled.join(' or ')})`
  const key = identifier(table.key)
  return `-- freehold: backfill ${table.name} by ${table.key} in batches of 1000
update ${identifier(table.name)}
set ${[...set, 'version = version + 1'].join(', ')}
where ${[`${key} between $1 and $2`, ...isEmpty, some].join(' and ')};`
}

function wrapped(expression: string): string {
  return /^\w+$/.test(expression) ? expression : `(${expression})`
}

function contractSql(table: TableShape, { old, successors }: Replacement, parts: ReplacementParts): string {
  const name = identifier(table.name)
  const defaults = successors.flatMap(({ column }, index) => {
    const made = parts.defaults[index]
    return made === undefined ? [] : [`alter column ${identifier(column.name)} set default ${made}`]
  })
  return `drop trigger ${parts.sync} on ${name};

drop function ${parts.sync}();

alter table ${name}
  ${[...defaults, `drop column ${identifier(old.name)}`].join(',\n  ')};`
}

function adviceOn(table: TableShape, { old, successors }: Replacement, { next }: PathContext): string[] {
  const names = successors.map(({ column }) => column.name).join(', ')
  const isSplit = successors.length > 1
  return [
    `Have ${next} read and write ${names} and never ${old.name}; it may run once the backfill is applied.`,
    ...(table.hasHistory
      ? [
          `The history keeps what was: revisions from before have ${old.name} alone, those on the way have both. Have ${next} read ${isSplit ? `${old.name} where the others are missing` : `whichever is there`}.`,
        ]
      : []),
    ...(isSplit
      ? [
          `Nothing of the checks and indexes of ${old.name} is carried over to ${names}, and these may be null: add what ${next} needs once the contract step is applied (--set-not-null).`,
        ]
      : []),
    ...(table.personal.includes(old.name)
      ? [
          `Add ${names} to personal.fields of ${table.name} with the expand step, and remove ${old.name} with the contract.`,
        ]
      : []),
    ...(successors.some(({ column }) => column.type !== old.type)
      ? [
          `What ${old.name} cannot hold is refused until the contract: have ${next} write nothing that ${old.type} has no place for until then.`,
        ]
      : []),
    contractComesLast,
  ]
}
