import type { Attack } from '../attack.js'
import { bait, insertion, valueOf } from '../rows.js'
import type { Column, Relation } from '../survey.js'

type Target = Pick<Attack, 'against'>

/** What nobody may write into a log: something personal that is not sealed. */
export function plainInLog(relation: Relation, { against }: Target, refusals: readonly string[]): Attack[] {
  return relation.columns.flatMap((column) => {
    const value = column.sealed === 'itself' ? plain(column) : undefined
    const sql = value === undefined ? undefined : insertion(relation, { [column.name]: value })
    if (sql === undefined) return []
    const attempts = `stores "${column.name}", which is personal, as it is`
    return [{ id: 'personal.log', attempts, against, sql, refusals }]
  })
}

/**
 * What nobody may bring into a history, by a change of its table.
 *
 * @param row - The condition that the row which is changed fulfils.
 * @param given - Columns of the row that is made up for it, with the SQL of their values.
 */
export function plainInHistory(
  relation: Relation,
  { against }: Target,
  row: string,
  given: Readonly<Record<string, string>>,
): Attack[] {
  const { name: table, qualified } = relation
  return relation.columns.flatMap((column): Attack[] => {
    const value = column.sealed === 'beside' ? plain(column) : undefined
    if (value === undefined) return []
    const write = (envelopes: string): string =>
      `update ${qualified} set version = version + 1, "${column.name}" = coalesce("${column.name}", ${value}), personal = ${envelopes} where ${row}`
    const shared = {
      against,
      refusals: ['23514'],
      // A trigger of the service may forget the value before a history could keep it.
      didNothing: `select not exists (select from ${qualified} where ${row} and "${column.name}" is not null)`,
      bait: bait(relation, given),
      optional: true,
    } as const
    return [
      {
        id: 'personal.history',
        attempts: `lets the history of ${table} keep "${column.name}", which is personal, as it is`,
        sql: write(`personal - '${column.name}'`),
        ...shared,
      },
      {
        id: 'personal.envelope',
        attempts: `lets the history of ${table} keep a plain text for what is sealed of "${column.name}"`,
        sql: write(`personal || '{"${column.name}": "freehold prove"}'`),
        ...shared,
      },
    ]
  })
}

function plain({ type }: Column): string | undefined {
  return type === 'jsonb' ? `'"freehold prove"'` : valueOf({ type, sealed: null })
}
