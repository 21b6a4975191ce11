import type { Attack } from '../attack.js'
import { relationOf, type Relation, type Survey } from '../survey.js'

/** What a role may do with one of Freehold's own tables, as `expectedRecords` says it. */
export interface RecordRights {
  readonly name: string
  readonly writers: readonly string[]
  readonly columns: readonly string[]
  readonly updates?: readonly string[]
  readonly deletes?: boolean
}

/** What a role must not do to Freehold's own tables. */
export function recordAttacks(role: string, rights: readonly RecordRights[], survey: Survey): Attack[] {
  return rights.flatMap((record) => {
    const relation = relationOf(survey, 'freehold', record.name)
    return relation ? ofTable(role, record, relation, survey.services.length > 1) : []
  })
}

function ofTable(
  role: string,
  record: RecordRights,
  { qualified, columns }: Relation,
  isShared: boolean,
): Attack[] {
  const mayWrite = record.writers.includes(role)
  const fixed = columns.find(({ name }) => !(record.updates ?? []).includes(name))?.name ?? 'service'
  const attack = (id: string, attempts: string, sql: string, rest: Partial<Attack> = {}): Attack => ({
    id: `record.${id}`,
    attempts: `${attempts} ${qualified}`,
    against: 'the platform',
    sql,
    ...rest,
  })
  return [
    ...(mayWrite
      ? []
      : [
          attack('select', 'reads', `select from ${qualified}`),
          attack('insert', 'adds to', `insert into ${qualified} default values`),
        ]),
    ...(mayWrite && record.columns.length === 0
      ? [attack('insert', 'adds to', `insert into ${qualified} default values`)]
      : []),
    attack('update', 'changes', `update ${qualified} set "${fixed}" = default`),
    ...(mayWrite && record.deletes === true
      ? []
      : [attack('delete', 'deletes from', `delete from ${qualified}`)]),
    attack('truncate', 'empties', `truncate ${qualified}`),
    ...lockOf(attack, mayWrite && record.deletes === true, isShared, qualified),
    attack('drop', 'drops', `drop table ${qualified}`),
    attack('alter', 'alters', `alter table ${qualified} disable row level security`),
    attack(
      'trigger',
      'hangs a trigger on',
      `create trigger freehold_prove before insert on ${qualified} for each row execute function freehold.keep_version()`,
    ),
    attack('policy', 'puts a policy on', `create policy freehold_prove on ${qualified} using (true)`),
    attack('grant', 'opens', `grant all on table ${qualified} to public`, {
      didNothing: `not exists (select from pg_class c, aclexplode(c.relacl) x where c.oid = '${qualified}'::regclass and x.grantee = 0)`,
    }),
  ]
}

type Build = (id: string, attempts: string, sql: string, rest?: Partial<Attack>) => Attack

/** Who may delete rows of a table may lock it. Alone in a database, it hinders itself. */
function lockOf(attack: Build, mayDelete: boolean, isShared: boolean, qualified: string): Attack[] {
  const sql = `lock table ${qualified} in access exclusive mode`
  if (!mayDelete) return [attack('lock', 'locks', sql)]
  if (!isShared) return []
  const residual = 'who may delete from it may lock it, and its neighbours wait: needs a database of its own'
  return [attack('lock', 'locks', sql, { residual })]
}
