import type { Service } from '@freehold/manifest'
import type { Attack, AttackerKind } from '../attack.js'
import { bait } from '../rows.js'
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
    return relation ? ofTable(role, record, relation) : []
  })
}

function ofTable(role: string, record: RecordRights, { qualified, columns }: Relation): Attack[] {
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
    attack('lock', 'locks', `lock table ${qualified} in access exclusive mode`, {
      // Who may delete may lock; it is its own affair, and its neighbours' only in a shared database.
      ...(mayWrite && (record.deletes === true || (record.updates ?? []).length > 0)
        ? { sql: `drop table ${qualified}` }
        : {}),
    }),
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

/** What a role must not see or do of the records of another service: the rows are there, row level security hides them. */
export function recordRowAttacks(
  role: string,
  kind: AttackerKind,
  other: Service,
  rights: readonly RecordRights[],
  survey: Survey,
): Attack[] {
  if (kind === 'migrator') return []
  return rights
    .filter(({ writers }) => writers.includes(role))
    .flatMap((record) => {
      const relation = relationOf(survey, 'freehold', record.name)
      return relation ? ofRows(other, record, relation) : []
    })
}

const none = "current_setting('freehold.prove') = '0'"
const counted = "set_config('freehold.prove', count(*)::text, true)"

function ofRows(other: Service, record: RecordRights, relation: Relation): Attack[] {
  const { qualified } = relation
  const baited = { bait: bait(relation, { service: `'${other.name}'`, ...fitting(record.name, other) }) }
  const where = `where service = '${other.name}'`
  const attack = (id: string, attempts: string, sql: string, rest: Partial<Attack>): Attack => ({
    id: `rows.${id}`,
    attempts: `${attempts} ${qualified}`,
    against: other.name,
    sql,
    ...rest,
  })
  const update = record.updates?.[0]
  return [
    attack('select', 'reads its rows of', `select ${counted} from ${qualified} ${where}`, {
      ...baited,
      didNothing: none,
    }),
    ...(record.columns.includes('service')
      ? [
          attack(
            'insert',
            'writes in its name into',
            `insert into ${qualified} (service) values ('${other.name}')`,
            {},
          ),
        ]
      : []),
    ...(update === undefined
      ? []
      : [
          attack(
            'update',
            'changes its rows of',
            `with u as (update ${qualified} set "${update}" = "${update}" ${where} returning 1) select ${counted} from u`,
            { ...baited, didNothing: none },
          ),
        ]),
    ...(record.deletes === true
      ? [
          attack(
            'delete',
            'deletes its rows of',
            `with d as (delete from ${qualified} ${where} returning 1) select ${counted} from d`,
            {
              ...baited,
              didNothing: none,
            },
          ),
        ]
      : []),
  ]
}

/** Values for columns with a check of their own, and keys that no real row has. */
function fitting(table: string, other: Service): Record<string, string> {
  const values: Record<string, Record<string, string>> = {
    migrations: { number: '2147483647', checksum: "sha256('')" },
    migration_runs: { pid: '-1' },
    migration_steps: { number: '2147483647', checksum: "sha256('')" },
    subscription: { consumer: "'freehold prove'" },
    epoch: { number: '2147483647', log: "'freehold prove'" },
    segment: { number: '9223372036854775807', log: "'freehold prove'" },
    archive: { log: "'freehold prove'", from_seq: '1', to_seq: '2' },
    parked_action: { action: "'retry'" },
    projection_build: { state: "'discarded'", projection: "'freehold prove'" },
    consumer: { consumer: "'freehold prove'", lanes: '1' },
  }
  return { ...(values[table] ?? {}), ...(table === 'service' ? { name: `'${other.name}'` } : {}) }
}
