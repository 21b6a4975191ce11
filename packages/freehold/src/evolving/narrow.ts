import { contractComesLast, type ColumnName, type EvolutionPath, type PathContext } from './evolution.js'
import { identifier, madeName } from './names.js'
import type { ColumnShape, TableShape } from './table-shape.js'

/**
 * The path on which a column becomes required. With a default, a trigger gives it to versions that write null; without one,
 * the path waits until no version runs that may.
 */
export function setNotNull(
  table: TableShape,
  column: ColumnShape,
  given: string | undefined,
  { next, current, unusedFor }: PathContext,
): EvolutionPath {
  const on = `alter table ${identifier(table.name)}`
  const name = identifier(column.name)
  const object = `${table.name}.${column.name}`
  const check = identifier(madeName(table.name, column.name, 'is_given'))
  const trigger = identifier(madeName(table.name, column.name, 'is_filled'))
  const value = given ?? column.default ?? undefined
  const settle = `${on} add constraint ${check} check (${name} is not null) not valid;`
  const validate = {
    name: 'switch',
    phase: 'switch',
    compatible: `>=${value === undefined ? next : current}`,
    about: [
      `Checks all rows while others go on writing, and then makes ${object} required without looking at them again.`,
    ],
    sql: `${on} validate constraint ${check};\n\n${on} alter column ${name} set not null;\n\n${on} drop constraint ${check};`,
  } as const
  const advice = [`Have ${next} give ${column.name} with every insert, and never null.`, contractComesLast]
  if (value === undefined) {
    const steps = [
      {
        name: 'contract',
        phase: 'contract',
        compatible: `>=${next}`,
        contract: `versions after ${unusedFor}`,
        about: [
          `From here on nobody writes null into ${object}. It is refused until no version before ${next}, which may do so, has run for ${unusedFor}.`,
          `Rows without a value must have got one by ${next}; the next file looks.`,
        ],
        sql: settle,
      },
      validate,
    ] as const
    return { steps, advice }
  }
  const steps = [
    {
      name: 'expand',
      phase: 'expand',
      compatible: `>=${current}`,
      about: [
        `Gives ${object} a default, and the same to a version that writes null. Rows that are there wait for the next file.`,
      ],
      sql: `${on}
  alter column ${name} set default ${value},
  add constraint ${check} check (${name} is not null) not valid;

create function ${trigger}() returns trigger
language plpgsql
as $$
begin
  new.${name} := ${value};
  return new;
end
$$;

create trigger ${trigger}
before insert or update on ${identifier(table.name)}
for each row when (new.${name} is null) execute function ${trigger}();`,
    },
    {
      name: 'backfill',
      phase: 'backfill',
      compatible: `>=${current}`,
      about: [`Gives ${object} to the rows that have none. Each advances by a version, as with any change.`],
      sql: `-- freehold: backfill ${table.name} by ${table.key} in batches of 1000
update ${identifier(table.name)}
set ${name} = ${value}, version = version + 1
where ${identifier(table.key)} between $1 and $2 and ${name} is null;`,
    },
    validate,
    {
      name: 'contract',
      phase: 'contract',
      compatible: `>=${next}`,
      contract: `versions after ${unusedFor}`,
      about: [
        `Takes the trigger away, so that null is an error again. It is refused until no version before ${next} has run for ${unusedFor}.`,
      ],
      sql: `drop trigger ${trigger} on ${identifier(table.name)};\n\ndrop function ${trigger}();`,
    },
  ] as const
  return { steps, advice }
}

/** The path on which a column becomes a foreign key to another table of the same service. */
export function addForeignKey(
  table: TableShape,
  column: ColumnShape,
  references: ColumnName,
  isIndexed: boolean,
  { next, current }: PathContext,
): EvolutionPath {
  const on = `alter table ${identifier(table.name)}`
  const name = identifier(column.name)
  const key = identifier(madeName(table.name, column.name, 'fkey'))
  const object = `${table.name}.${column.name}`
  const target = `${identifier(references.table)} (${identifier(references.column)})`
  const indexes = {
    name: 'indexes',
    phase: 'expand',
    compatible: `>=${current}`,
    about: [
      `Builds the index by which a change in ${references.table} finds the rows of ${table.name}, while all go on writing.`,
    ],
    sql: `create index concurrently ${identifier(madeName(table.name, 'by', column.name))} on ${identifier(table.name)} (${name});`,
  } as const
  const steps = [
    ...(isIndexed ? [] : [indexes]),
    {
      name: 'expand',
      phase: 'expand',
      compatible: `>=${current}`,
      about: [
        `New rows of ${object} must be in ${references.table}; those that are there are not looked at yet.`,
        `A version that writes what is not there is refused from here on: \`freehold check\` shows whether ${current} does.`,
      ],
      sql: `${on}\n  add constraint ${key} foreign key (${name}) references ${target} not valid;`,
    },
    {
      name: 'switch',
      phase: 'switch',
      compatible: `>=${current}`,
      about: [`Looks at the rows that were there before, while all go on writing.`],
      sql: `${on} validate constraint ${key};`,
    },
  ] as const
  return {
    steps,
    advice: [`Have ${next} treat 23503 on ${key} as what it means: the row of ${references.table} is gone.`],
  }
}
