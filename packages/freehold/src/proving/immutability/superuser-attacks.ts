import type { Attack } from '../attack.js'
import { bait, insertion } from '../rows.js'
import { dataColumn, type Log } from './log-attacks.js'
import { plainInLog } from './personal-attacks.js'

type Text = readonly [id: string, attempts: string, sql: string]

const evidence =
  'a superuser can switch any guard off: what protects against that is evidence that leaves the server'

/** Whose guards a superuser meets: triggers that are enabled always. It meets no other. */
export function superuserAttacks({ service, name, relation }: Log): Attack[] {
  const { qualified, partitions, free_seq: seq } = relation
  const column = dataColumn(relation)
  const change = `"${column}" = "${column}"`
  // The row that was made up, or else any.
  const row = `seq = coalesce((select seq from ${qualified} where seq = ${seq}), (select max(seq) from ${qualified}))`
  const refused: Text[] = [
    ['update', 'changes a row', `update ${qualified} set ${change} where ${row}`],
    ['delete', 'removes a row', `delete from ${qualified} where ${row}`],
    ['truncate', 'empties it', `truncate ${qualified}`],
    ['truncate-cascade', 'empties it and what refers to it', `truncate ${qualified} cascade`],
    [
      'merge-update',
      'changes a row by MERGE',
      `merge into ${qualified} t using (select 1) x on t.${row} when matched then update set ${change}`,
    ],
    [
      'merge-delete',
      'removes a row by MERGE',
      `merge into ${qualified} t using (select 1) x on t.${row} when matched then delete`,
    ],
    [
      'replica',
      'changes a row as a replica, for which triggers do not run',
      `set local session_replication_role to replica; update ${qualified} set ${change} where ${row}`,
    ],
    [
      'replica-delete',
      'removes a row as a replica',
      `set local session_replication_role to replica; delete from ${qualified} where ${row}`,
    ],
    [
      'replica-truncate',
      'empties it as a replica',
      `set local session_replication_role to replica; truncate ${qualified}`,
    ],
    ...partitions.flatMap((partition): Text[] => [
      ['partition-truncate', `empties the partition ${partition}`, `truncate ${partition}`],
      [
        'partition-replica',
        `empties the partition ${partition} as a replica`,
        `set local session_replication_role to replica; truncate ${partition}`,
      ],
    ]),
  ]
  const shared = {
    against: `${service.schema}.${name}`,
    refusals: ['23001'],
    bait: bait(relation, { seq }),
  }
  return [
    ...refused.map(([id, attempts, sql]) => ({ id: `superuser.${id}`, attempts, sql, ...shared })),
    ...plainInLog(relation, shared, ['23514']),
    {
      id: 'superuser.disable-trigger',
      attempts: 'disables the triggers and changes a row',
      sql: `alter table ${qualified} disable trigger all; update ${qualified} set ${change} where ${row}`,
      ...shared,
      residual: evidence,
    },
    {
      id: 'superuser.forge',
      attempts: 'writes a row with a time of its own',
      sql:
        insertion(relation, { seq, at: "'2001-01-01'", xid: "'3'" }) ??
        `select from freehold.no_row_can_be_made`,
      ...shared,
      bait: '',
      residual: evidence,
      optional: true,
    },
  ]
}
