import type { MutableTable, Service } from '@freehold/manifest'
import type { Attack } from '../attack.js'
import { bait } from '../rows.js'
import { relationOf, type Survey } from '../survey.js'
import { plainInHistory } from './personal-attacks.js'

/** What a role must not do through its own table to the history of that table, nor to the versions of its rows. */
export function historyAttacks(
  service: Service,
  name: string,
  table: MutableTable,
  survey: Survey,
): Attack[] {
  const relation = relationOf(survey, service.schema, name)
  if (!relation) return []
  const { qualified, columns } = relation
  const key = columns.find((column) => column.name === table.key)
  const value =
    key?.type === 'uuid'
      ? "'00000000-0000-0000-0000-000000000000'"
      : key?.type === 'text'
        ? "'freehold prove'"
        : "'-1'"
  // The row that was made up, or else any.
  const row = `"${table.key}" = coalesce((select "${table.key}" from ${qualified} where "${table.key}" = ${value}), (select "${table.key}" from ${qualified} limit 1))`
  const baited = { bait: bait(relation, { [table.key]: value }), optional: true } as const
  const attack = (id: string, attempts: string, sql: string, rest: Partial<Attack>): Attack => ({
    id: `history.${id}`,
    attempts,
    against: `${service.schema}.${table.history ?? name}`,
    sql,
    ...rest,
  })
  const versions = [
    attack(
      'blind',
      `changes a row of ${name} and keeps its version`,
      `update ${qualified} set version = version where ${row}`,
      {
        ...baited,
        refusals: ['23514'],
      },
    ),
    attack(
      'jump',
      `jumps over a version of ${name}`,
      `update ${qualified} set version = version + 2 where ${row}`,
      {
        ...baited,
        refusals: ['23514'],
      },
    ),
    attack(
      'rekey',
      `changes a key of ${name}`,
      `update ${qualified} set version = version + 1, "${table.key}" = default where ${row}`,
      {
        ...baited,
        refusals: ['23514'],
      },
    ),
  ]
  if (table.history === undefined) return versions
  const revisions = `"${service.schema}"."${table.history}"`
  const against = `${service.schema}.${table.history}`
  return [
    ...versions,
    ...plainInHistory(relation, { against }, row, { [table.key]: value }),
    attack(
      'backdate',
      `backdates a revision through ${name}`,
      `update ${qualified} set version = version + 1, updated_at = '2001-01-01' where ${row}`,
      {
        ...baited,
        refusals: [],
        didNothing: `(select count(*) > 0 and bool_and(at >= now()) from ${revisions} where xid = pg_current_xact_id() and operation = 'update')`,
      },
    ),
    attack(
      'erase',
      `removes a row of ${name} and leaves no revision`,
      `delete from ${qualified} where ${row}`,
      {
        ...baited,
        refusals: [],
        didNothing: `exists (select from ${revisions} where xid = pg_current_xact_id() and operation = 'delete')`,
      },
    ),
    attack('empty', `empties ${name} and leaves no revision`, `truncate ${qualified} cascade`, {
      refusals: ['42501', '23001'],
    }),
    attack(
      'replica',
      `changes ${name} as a replica, for which triggers do not run`,
      `set local session_replication_role to replica; update ${qualified} set version = version`,
      {},
    ),
  ]
}
