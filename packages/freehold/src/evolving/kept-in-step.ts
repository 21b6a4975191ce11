import pg from 'pg'
import { inPlaceOf } from './expression.js'
import { identifier } from './names.js'
import type { ColumnShape } from './table-shape.js'

/** A column that gives way to others, and how each follows from the other side. */
export interface Replacement {
  readonly table: string
  readonly old: ColumnShape
  /** What is made of the old column; `using` is an expression over it. */
  readonly successors: readonly { readonly column: ColumnShape; readonly using: string }[]
  /** The old column again: an expression over the new ones. */
  readonly back: string
}

/** Whether nothing of a value is changed. */
export function isRenamed({ old, successors: [only, second] }: Replacement): boolean {
  return second === undefined && only?.using === identifier(old.name) && only.column.type === old.type
}

/**
 * The function and the trigger that keep both shapes in step, whichever version writes. Whoever inserts gives one shape and
 * leaves out the other. Whoever updates changes one; when somebody changes both, the new one counts.
 */
export async function syncFunction(replacement: Replacement, name: string): Promise<string> {
  const { table, old, successors } = replacement
  const news = successors.map(({ column }) => `new.${identifier(column.name)}`)
  const olds = `new.${identifier(old.name)}`
  const forward = await Promise.all(
    successors.map(({ using }) => inPlaceOf('--using', using, new Map([[old.name, olds]]))),
  )
  const back = await inPlaceOf(
    '--back',
    replacement.back,
    new Map(successors.map(({ column }, index) => [column.name, news[index] ?? ''])),
  )
  const isNone = news.map((column) => `${column} is null`).join(' and ')
  const isGiven = news.map((column) => `${column} is not null`).join(' or ')
  const hasChanged = [old, ...successors.map(({ column }) => column)].map((column) =>
    differ(`new.${identifier(column.name)}`, `old.${identifier(column.name)}`, column),
  )
  const differs = successors.map(({ column }, index) =>
    differ(news[index] ?? '', forward[index] ?? '', column),
  )
  const fill = news.map((column, index) => `    ${column} := ${forward[index] ?? ''};`)
  const guards = guardsOf(replacement)
  return `create function ${name}() returns trigger
language plpgsql
as $$
declare
  old_shape boolean := true;
  new_shape boolean;
begin
  if tg_op = 'INSERT' then
    new_shape := ${isGiven};
  else
    -- A row that is not filled yet is of the old shape.
    old_shape := ${hasChanged[0] ?? ''} or ${successors.length === 1 ? isNone : `(${isNone})`};
    new_shape := ${hasChanged.slice(1).join(' or ')};
  end if;
  if new_shape then
    -- Where the new shape follows from the old one anyhow, the old one stays as it was written.
    if ${differs.join(' or ')} then
      ${olds} := ${back};${guards.back}
    end if;
  elsif old_shape then
${fill.join('\n')}${guards.forward}
  end if;
  return new;
end
$$;

create trigger ${name}
before insert or update on ${identifier(table)}
for each row execute function ${name}();`
}

function differ(left: string, right: string, { hasEquality }: ColumnShape): string {
  if (!hasEquality) return `(${left})::text is distinct from (${right})::text`
  return `${left} is distinct from ${/^[\w.":]+$/.test(right) ? right : `(${right})`}`
}

/**
 * A required column of one shape that cannot be made of the other would refuse the row by a name which whoever wrote it does not
 * know.
 */
function guardsOf(replacement: Replacement): { readonly back: string; readonly forward: string } {
  const { table, old, successors } = replacement
  const [only, second] = successors
  if (!old.isNotNull || isRenamed(replacement)) return { back: '', forward: '' }
  const names = successors.map(({ column }) => column.name)
  const make = second === undefined ? 'makes' : 'make'
  return {
    back: guard('      ', table, {
      column: old.name,
      when: `new.${identifier(old.name)} is null`,
      message: `${names.join(', ')} as given ${make} no ${old.name}, which is required`,
      hint: `An older version of the service needs ${old.name} until the contract step is applied. Give ${names.join(', ')}.`,
    }),
    forward:
      only === undefined || second !== undefined
        ? ''
        : guard('    ', table, {
            column: only.column.name,
            when: `new.${identifier(only.column.name)} is null and new.${identifier(old.name)} is not null`,
            message: `${old.name} makes no ${only.column.name}, which is required`,
            hint: `A newer version of the service needs ${only.column.name}. Give another ${old.name}, or mend the function of the trigger.`,
          }),
  }
}

interface Guard {
  readonly column: string
  readonly when: string
  readonly message: string
  readonly hint: string
}

function guard(indent: string, table: string, { column, when, message, hint }: Guard): string {
  const text = pg.escapeLiteral
  return [
    '',
    `if ${when} then`,
    `  raise not_null_violation using message = ${text(message)},`,
    `    hint = ${text(hint)},`,
    `    table = ${text(table)}, column = ${text(column)};`,
    'end if;',
  ].join(`\n${indent}`)
}
