import type { Service } from '@freehold/manifest'
import type { Attack, AttackerKind } from '../attack.js'
import { bait } from '../rows.js'
import { relationOf, type Relation, type Survey } from '../survey.js'
import type { RecordRights } from './record-attacks.js'

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
    migration_starts: { number: '2147483647', checksum: "sha256('')" },
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
