import type { Column, Relation } from './survey.js'

/** What stands for a value of a type, in a row that is taken back before anybody sees it. */
const values: Readonly<Record<string, string>> = {
  text: "'freehold prove'",
  'character varying': "'freehold prove'",
  uuid: 'gen_random_uuid()',
  jsonb: "'{}'",
  json: "'{}'",
  smallint: '1',
  integer: '1',
  bigint: '1',
  numeric: '1',
  'double precision': '1',
  real: '1',
  boolean: 'true',
  bytea: "sha256('')",
  date: 'current_date',
  'timestamp with time zone': 'now()',
  'timestamp without time zone': 'now()',
  'text[]': "'{}'",
  int8multirange: "'{}'",
  xid8: "'3'",
  oid: '0',
  pg_snapshot: 'pg_current_snapshot()',
}

/**
 * Puts a row into a table, for an attack on it: no foreign key stops it. Where a check does, a row must be there.
 *
 * @param given - Columns with the SQL of their values; they win.
 */
export function bait(
  relation: Pick<Relation, 'qualified' | 'columns'>,
  given: Readonly<Record<string, string>> = {},
): string {
  const statement = insertion(relation, given)
  const look = `if not exists (select from ${relation.qualified}) then raise exception 'no row of ${relation.qualified} can be made up, and there is none' using errcode = 'undefined_object'; end if`
  const body =
    statement === undefined
      ? `begin ${look}; end`
      : `begin ${statement}; exception when integrity_constraint_violation then ${look}; end`
  return `set local session_replication_role to replica; do $bait$ ${body} $bait$; set local session_replication_role to origin`
}

/**
 * The statement that puts a row into a table, undefined where a column needs a type that nothing is known to fit.
 *
 * @param given - Columns with the SQL of their values; they win.
 */
export function insertion(
  { qualified, columns }: Pick<Relation, 'qualified' | 'columns'>,
  given: Readonly<Record<string, string>> = {},
): string | undefined {
  const filled = new Map<string, string>()
  for (const column of columns) {
    const value = given[column.name] ?? (column.needed ? valueOf(column) : '')
    if (value === undefined) return undefined
    if (value !== '') filled.set(column.name, value)
  }
  const beside = columns.filter(({ name, sealed }) => sealed === 'beside' && filled.has(name))
  if (beside.length > 0 && !filled.has('personal'))
    filled.set('personal', jsonOf(Object.fromEntries(beside.map(({ name }) => [name, envelope]))))
  const names = [...filled.keys()].map((name) => `"${name}"`).join(', ')
  return `insert into ${qualified} (${names}) overriding system value values (${[...filled.values()].join(', ')})`
}

/** It looks like one, and opens nothing. */
const envelope = 'personal.v1:freehold_prove:AAAA'

/** A value in SQL that a column takes, undefined where nothing is known to fit. */
export function valueOf({ type, sealed }: Pick<Column, 'type' | 'sealed'>): string | undefined {
  if (sealed === 'itself') return type === 'jsonb' ? jsonOf(envelope) : `'${envelope}'`
  return values[type.replace(/\(\d+\)$/, '')]
}

function jsonOf(value: unknown): string {
  return `'${JSON.stringify(value)}'`
}

/**
 * A call that would set a sequence, if it were allowed to: rights are asked for first, and then the value is refused,
 * which a rollback could not take back.
 */
export function outOfBounds(sequence: string): string {
  return `setval('${sequence}', '-9223372036854775808'::bigint)`
}
